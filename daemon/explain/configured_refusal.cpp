// SPDX-License-Identifier: GPL-2.0-only
#include "explain/configured_refusal.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/foreign_text.hpp"
#include "base/module_name.hpp"
#include "base/text_file.hpp"
#include "kmod/dependencies.hpp"
#include "preflight/preflight.hpp"
#include "system/autoload_helper.hpp"
#include "system/loaded_modules.hpp"

namespace mk {

namespace {

std::string command_of(const ModprobeLine &line) {
    return quote(GuardedText(line.rest, line.origin.is_public).for_everybody());
}

Diagnosis refusal(Cause cause, const ModuleName &module, const std::string &reason,
                  const std::string &remedy, Certainty certainty = Certainty::Seen) {
    auto found = failure(cause, {}, reason, remedy, certainty);
    found.subject = module;
    return found;
}

// Was the line written by "modkeeper mask", which writes two? @origin: "FILE:LINE"
bool is_of_mask(const std::string &origin) {
    return origin.starts_with(ConfigurationPlaces().own_modprobe_file() + ":");
}

// Each of the lines that keep it away has to be passed by.
std::string way_around(const ModuleName &module, bool has_command, bool is_blacklisted) {
    return fmt::format("modkeeper load{}{} {}", has_command ? " --ignore-install" : "",
                       is_blacklisted ? " --ignore-blacklist" : "", as_word(module));
}

std::string removal(const std::string &origin, const ModuleName &module, const std::string &way) {
    return is_of_mask(origin) ? fmt::format("\"modkeeper unmask {}\", or {}", as_word(module), way)
                              : "remove that line, or " + way;
}

Diagnosis of_command(const ModprobeLine &line, bool blocks, const ModuleName &module,
                     const std::string &load) {
    const auto puts =
        fmt::format("{} puts the command {} in its place", line.origin.text(), command_of(line));
    if (blocks)
        return refusal(Cause::ReplacedByCommand, module, puts + ", which loads nothing",
                       removal(line.origin.text(), module, load));
    return refusal(Cause::CommandFailed, module, puts + ", which has to load it and may fail",
                   "run the command by hand and read what it prints, or " + load,
                   Certainty::Inferred);
}

} // namespace

ModuleNames needed_by(Catalog &catalog, const ModuleName &module) {
    constexpr std::size_t most = 64;
    Dependencies dependencies(catalog);
    ModuleNames names = {module};
    for (std::size_t i = 0; i < names.size() && names.size() < most; ++i)
        for (const auto &edge : dependencies.direct(ModuleName(names[i])))
            if (edge.need == Need::Hard &&
                std::find(names.begin(), names.end(), edge.name) == names.end())
                names.push_back(edge.name);
    names.erase(names.begin());
    return names;
}

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

Diagnoses configured_refusals(Catalog &catalog, const ModuleName &module) {
    Diagnoses found;
    const auto &configuration = catalog.configuration();
    if (configuration.first_matching(LineKind::Alias, module) != nullptr)
        if (const auto file = catalog.find(module);
            !file && file.error().code == ErrorCode::NotFound)
            found.push_back(
                refusal(Cause::NoSuchModule, module, file.error().message, "remove that line"));
    const auto *command = configuration.first_matching(LineKind::Install, module);
    const auto origin = catalog.blacklisted_by(module);
    const auto load = way_around(module, command != nullptr, !origin.empty());
    if (command != nullptr)
        found.push_back(
            of_command(*command, configuration.blocking_install(module).has_value(), module, load));
    if (!origin.empty())
        found.push_back(refusal(
            Cause::Blacklisted, module,
            fmt::format(
                "{} blacklists it, so that no device, no alias and no modkeeper load loads it",
                origin),
            removal(origin, module, load)));
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

Diagnoses file_refusals(Catalog &catalog, const ModuleName &module,
                        const ConfigurationPlaces &places) {
    auto preflight = Preflight::create(places);
    const auto path = catalog.path_of(module);
    if (!preflight || path.empty())
        return {};
    PreflightRequest request;
    request.path = path;
    auto found = only_failing(preflight.value().check(request));
    if (!found.empty())
        return found;
    const LoadedModules loaded(places.root);
    for (const auto &needed : needed_by(catalog, module)) {
        request.path = catalog.path_of(needed);
        if (request.path.empty() || loaded.is_live(needed))
            continue;
        found = only_failing(preflight.value().check(request));
        for (auto &one : found)
            one.reason = fmt::format("it needs module {}, and {}", as_word(needed), one.reason);
        if (!found.empty())
            break;
    }
    return found;
}

Diagnoses obstacles_of(Result<Catalog> &catalog, const ModuleName &module) {
    Diagnoses found;
    if (catalog)
        found = configured_refusals(catalog.value(), module);
    // Whatever was loaded before, no tool finds it now.
    if (!catalog && cause_of(catalog.error()) == Cause::NoIndex)
        found.push_back(refusal(Cause::NoIndex, module, catalog.error().message, "sudo depmod -a"));
    else if (catalog && !catalog.value().has_index())
        found.push_back(
            refusal(Cause::NoIndex, module,
                    fmt::format("{} has no index of modules, so that no tool finds it by its name",
                                catalog.value().module_dir()),
                    "sudo depmod -a, or install the modules of the running kernel again"));
    if (auto helper = missing_helper())
        found.push_back(std::move(*helper));
    return found;
}

} // namespace mk
