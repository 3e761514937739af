// SPDX-License-Identifier: GPL-2.0-only
#include "config/modprobe_options.hpp"

#include <fmt/format.h>

#include "base/module_name.hpp"
#include "config/managed_file.hpp"

namespace mk {

namespace {

// A backslash makes the next character literal, even a backslash.
std::string escaped(const std::string &text) {
    std::string result;
    for (char c : text)
        result += c == '\\' ? "\\\\" : std::string(1, c);
    return result;
}

// The options line without this parameter: "" when nothing else is in it.
std::string without(const ModprobeLine &line, const ModuleName &module,
                    const std::string &parameter) {
    if (line.kind != LineKind::Options || line.name != module)
        return as_it_is(line);
    std::string others;
    bool found = false;
    for (const auto word : split_words(line.rest)) {
        if (is_same_name(assignment_of(word).name, parameter))
            found = true;
        else
            others += " " + escaped(std::string(word));
    }
    if (!found)
        return as_it_is(line);
    return others.empty() ? "" : fmt::format("options {}{}", line.name, others);
}

// All other options of the module.
std::vector<std::string> others(const ModprobeConfiguration &modprobe, const ModuleName &module,
                                const std::string &parameter) {
    std::vector<std::string> result;
    for (const auto &option : modprobe.options(module))
        if (!is_same_name(option.name, parameter))
            result.push_back(to_text(option));
    return result;
}

// An unclosed quote includes the lines that follow it, even of other files.
Error would_not_count(const ModprobeConfiguration &then, const ModuleName &module,
                      const std::string &parameter, const std::string &own) {
    std::string where = "another options line";
    for (const auto &option : then.options(module))
        if (option.value.find(parameter + "=") != std::string::npos)
            where = option.origin.text();
    return {ErrorCode::Failed,
            fmt::format("what {} says about parameter {} of module {} would not take effect as "
                        "intended: {} has an unclosed quote; close it first; nothing was changed",
                        own, parameter, module, where)};
}

// Lines after our file take precedence. They may be readable only by some users.
Error overruled(const ConfiguredOption &by, const ModuleName &module, const std::string &parameter,
                const std::string &own) {
    const auto value = by.origin.guard(by.value);
    return {ErrorCode::Failed,
            fmt::format("{} sets {} of module {}{} and comes after {}, so it would override the "
                        "new value; change it there; nothing was changed",
                        by.origin.text(), parameter, module,
                        value.is_public() ? " to " + quote(value.text()) : "", own)};
}

} // namespace

Result<Changes> persist_parameter(const ConfigurationPlaces &places, const ModuleName &module,
                                  const std::string &parameter, const std::string &value) {
    const auto own = places.own_modprobe_file();
    return edit_managed_file(
        places, ManagedFile::Modprobe,
        [&](const Configured &now, ManagedText &text) -> Result<void> {
            const auto counts = now.modprobe.option(module, parameter);
            // if not every user may read the line, it is not revealed whether the value is the same
            if (counts && counts->has_value && counts->origin.is_public && counts->value == value) {
                text.keep(counts->origin);
                return {};
            }
            if (counts && comes_after(counts->origin, own))
                return overruled(*counts, module, parameter, own);
            text.rewrite_modprobe(
                [&](const auto &line) { return without(line, module, parameter); });
            text.add(fmt::format("options {} {}", module,
                                 escaped(to_text(Assignment{parameter, value, true}))));
            text.expect([&, kept = others(now.modprobe, module, parameter)](
                            const auto &then) -> Result<void> {
                const auto set = then.option(module, parameter);
                if (set && set->has_value && set->value == value && set->origin.file == own &&
                    others(then, module, parameter) == kept)
                    return {};
                return would_not_count(then, module, parameter, own);
            });
            return {};
        });
}

Result<Changes> unset_parameter(const ConfigurationPlaces &places, const ModuleName &module,
                                const std::string &parameter) {
    return edit_managed_file(
        places, ManagedFile::Modprobe,
        [&](const Configured &now, ManagedText &text) -> Result<void> {
            text.rewrite_modprobe(
                [&](const auto &line) { return without(line, module, parameter); });
            text.expect([&, kept = others(now.modprobe, module, parameter)](
                            const auto &then) -> Result<void> {
                if (others(then, module, parameter) == kept)
                    return {};
                return would_not_count(then, module, parameter, places.own_modprobe_file());
            });
            if (did_something(text.changes()))
                return {};
            if (auto other = now.modprobe.option(module, parameter))
                return Error{ErrorCode::Failed,
                             fmt::format("{} sets {} of module {}; modkeeper changes only its own "
                                         "file: remove it there by hand",
                                         other->origin.text(), parameter, module)};
            text.note(fmt::format("no configuration sets {} of module {}", parameter, module));
            return {};
        });
}

} // namespace mk
