// SPDX-License-Identifier: GPL-2.0-only
// What is loaded, beside what shall be loaded at boot and what shall not.
#include <fmt/format.h>

#include "engine/configuration/drift.hpp"
#include "engine/configuration/modprobe_configuration.hpp"
#include "engine/configuration/modules_load.hpp"
#include "engine/loaded_modules.hpp"
#include "engine/module_name.hpp"

namespace mk::engine {

namespace {

// The line that keeps it from being loaded at boot.
std::optional<ModprobeLine> masking_line(const ModprobeConfiguration &modprobe,
                                         std::string_view module) {
    if (auto install = modprobe.blocking_install(module))
        return install;
    auto blacklist = modprobe.of(LineKind::Blacklist, module);
    return blacklist.empty() ? std::nullopt : std::optional(blacklist.front());
}

void look_for(const EnabledModule &enabled, Catalog &catalog, const LoadedModules &loaded,
              const ModprobeConfiguration &modprobe, Drift &drift) {
    DriftItem item{DriftKind::NotLoaded, canonical_name(enabled.name), {}, "loaded",
                   "not loaded",         enabled.origin.text(),        {}};
    auto names = catalog.resolve_names(enabled.name);
    if (!names) {
        item.running = "there is no such module";
        item.remedy = "modkeeper disable " + item.module;
        return drift.items.push_back(std::move(item));
    }
    for (const auto &name : names.value()) {
        if (loaded.state(name) != LoadState::Absent)
            continue;
        auto file = catalog.find(name);
        if (file && file.value().built_in)
            continue;
        item.module = name;
        item.remedy = "modkeeper load " + name;
        item.applicable = true;
        if (auto line = masking_line(modprobe, name)) {
            item.running = "not loaded: masked by " + line->origin.text();
            item.remedy = "modkeeper unmask " + name;
            item.applicable = false;
        }
        drift.items.push_back(item);
    }
}

} // namespace

void find_boot_drift(const ConfigurationPlaces &places, Drift &drift) {
    const auto modprobe = ModprobeConfiguration::read(places);
    const LoadedModules loaded(places.root);
    for (const auto &module : loaded.list())
        if (auto line = masking_line(modprobe, module.name))
            drift.items.push_back({DriftKind::Masked, module.name,
                                   line->kind == LineKind::Install ? "install" : "blacklist",
                                   "not loaded", "loaded", line->origin.text(),
                                   "modkeeper unload " + module.name});
    auto enabled = EnabledModules::read(places);
    for (const auto &file : enabled.unread)
        drift.unchecked.push_back(fmt::format("{}: {}", file.path, file.reason));
    auto catalog = Catalog::create(places.catalog());
    if (!catalog)
        return drift.unchecked.push_back("what is enabled: " + catalog.error().message);
    for (const auto &one : enabled.modules)
        look_for(one, catalog.value(), loaded, modprobe, drift);
}

} // namespace mk::engine
