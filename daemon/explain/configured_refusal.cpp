// SPDX-License-Identifier: GPL-2.0-only
#include "explain/configured_refusal.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/foreign_text.hpp"
#include "base/module_name.hpp"
#include "base/text_file.hpp"
#include "kmod/dependencies.hpp"
#include "system/autoload_helper.hpp"

namespace mk {

namespace {

// Of modules that it cannot be loaded without, itself left out; nearest first.
std::vector<std::string> needed_by(Catalog &catalog, const std::string &module) {
    constexpr std::size_t most = 64;
    Dependencies dependencies(catalog);
    std::vector<std::string> names = {module};
    for (std::size_t i = 0; i < names.size() && names.size() < most; ++i)
        for (const auto &edge : dependencies.direct(std::string(names[i])))
            if (edge.need == Need::Hard &&
                std::find(names.begin(), names.end(), edge.name) == names.end())
                names.push_back(edge.name);
    names.erase(names.begin());
    return names;
}

std::string command_of(const ModprobeLine &line) {
    return quote(GuardedText(line.rest, line.origin.is_public).for_everybody());
}

Diagnosis refusal(Cause cause, const std::string &module, const std::string &reason,
                  const std::string &remedy, Certainty certainty = Certainty::Seen) {
    auto found = failure(cause, {}, reason, remedy, certainty);
    found.subject = module;
    return found;
}

Diagnosis of_command(const ModprobeLine &line, bool blocks, const std::string &module) {
    const auto puts =
        fmt::format("{} puts the command {} in its place", line.origin.text(), command_of(line));
    const auto load = "modkeeper load --ignore-install " + as_word(module);
    if (blocks)
        return refusal(Cause::ReplacedByCommand, module, puts + ", which loads nothing",
                       "remove that line, or " + load);
    return refusal(Cause::CommandFailed, module, puts + ", which has to load it and may fail",
                   "run the command by hand and read what it prints, or " + load,
                   Certainty::Inferred);
}

} // namespace

std::optional<Diagnosis> missing_helper(const std::string &root) {
    const auto helper = AutoloadHelper::read(root);
    if (helper.state == AutoloadHelper::State::Empty)
        return failure(Cause::NoHelper, {},
                       "kernel.modprobe is empty, so that the kernel asks for no module that a "
                       "device, a file system or a protocol needs",
                       autoload_helper_remedy);
    if (helper.state == AutoloadHelper::State::Missing)
        return failure(Cause::NoHelper, {},
                       fmt::format("kernel.modprobe is {}, which cannot be run, so that nothing is "
                                   "loaded when the kernel asks for it",
                                   quote(helper.path)),
                       autoload_helper_remedy);
    return std::nullopt;
}

Diagnoses configured_refusals(Catalog &catalog, const std::string &module) {
    Diagnoses found;
    const auto &configuration = catalog.configuration();
    if (const auto *line = configuration.first_matching(LineKind::Install, module))
        found.push_back(
            of_command(*line, configuration.blocking_install(module).has_value(), module));
    if (const auto origin = catalog.blacklisted_by(module); !origin.empty())
        found.push_back(refusal(
            Cause::Blacklisted, module,
            fmt::format("{} blacklists it, so that neither a device nor modkeeper load loads it",
                        origin),
            "remove that line, or modkeeper load --ignore-blacklist " + as_word(module)));
    for (const auto &needed : needed_by(catalog, module))
        if (const auto line = configuration.blocking_install(needed))
            found.push_back(refusal(
                Cause::ReplacedByCommand, module,
                fmt::format("it needs module {}, and {} puts the command {} in its place, which "
                            "loads nothing",
                            as_word(needed), line->origin.text(), command_of(*line)),
                "remove that line"));
    return found;
}

Diagnoses obstacles_of(Result<Catalog> &catalog, const std::string &module) {
    Diagnoses found;
    if (catalog)
        found = configured_refusals(catalog.value(), module);
    if (auto helper = missing_helper())
        found.push_back(std::move(*helper));
    return found;
}

} // namespace mk
