// SPDX-License-Identifier: GPL-2.0-only
#include "engine/configuration/persistent_options.hpp"

#include <fmt/format.h>

#include "engine/configuration/own_file.hpp"
#include "engine/module_name.hpp"

namespace mk::engine {

namespace {

// A backslash says that what follows it is meant as it stands, a backslash too.
std::string escaped(const std::string &text) {
    std::string result;
    for (char c : text)
        result += c == '\\' ? "\\\\" : std::string(1, c);
    return result;
}

// The options line without this parameter: "" when nothing else is in it.
std::string without(const ModprobeLine &line, const std::string &module,
                    const std::string &parameter) {
    if (line.kind != LineKind::Options || line.name != module)
        return as_it_is(line);
    std::string others;
    bool found = false;
    for (const auto word : split_words(line.rest)) {
        if (canonical_name(assignment_of(word).name) == canonical_name(parameter))
            found = true;
        else
            others += " " + escaped(std::string(word));
    }
    if (!found)
        return as_it_is(line);
    return others.empty() ? "" : fmt::format("options {}{}", line.name, others);
}

} // namespace

Result<Changes> persist_parameter(const ConfigurationPlaces &places, const std::string &module,
                                  const std::string &parameter, const std::string &value) {
    const auto own = places.own_modprobe_file();
    return edit_own_file(
        places, OwnFile::Modprobe, [&](const Configured &now, OwnText &text) -> Result<void> {
            const auto counts = now.modprobe.option(module, parameter);
            if (counts && counts->has_value && counts->value == value) {
                text.keep(counts->origin);
                return {};
            }
            if (counts && comes_after(counts->origin, own))
                return Error{ErrorCode::Failed,
                             fmt::format("{} sets {} of module {} to {} and comes after {}, so "
                                         "that it would count instead; change it there; nothing "
                                         "was changed",
                                         counts->origin.text(), parameter, module,
                                         quote(counts->value), own)};
            text.rewrite_modprobe(
                [&](const auto &line) { return without(line, module, parameter); });
            text.add(fmt::format("options {} {}", module,
                                 escaped(to_text(Assignment{parameter, value, true}))));
            return {};
        });
}

Result<Changes> unset_parameter(const ConfigurationPlaces &places, const std::string &module,
                                const std::string &parameter) {
    return edit_own_file(
        places, OwnFile::Modprobe, [&](const Configured &now, OwnText &text) -> Result<void> {
            text.rewrite_modprobe(
                [&](const auto &line) { return without(line, module, parameter); });
            if (did_something(text.changes()))
                return {};
            if (auto other = now.modprobe.option(module, parameter))
                return Error{ErrorCode::Failed,
                             fmt::format("{} sets {} of module {}; modkeeper changes its own file "
                                         "only, take it out there",
                                         other->origin.text(), parameter, module)};
            text.note(fmt::format("no configuration sets {} of module {}", parameter, module));
            return {};
        });
}

} // namespace mk::engine
