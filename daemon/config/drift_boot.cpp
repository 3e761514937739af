// SPDX-License-Identifier: GPL-2.0-only
// Drift of loaded modules: compared with the modules that are enabled at boot, and with those that
// are masked.
#include <fmt/format.h>

#include <map>

#include "base/module_name.hpp"
#include "config/drift.hpp"
#include "kmod/modprobe_configuration.hpp"
#include "kmod/modules_load.hpp"
#include "system/loaded_modules.hpp"

namespace mk {

namespace {

// The line that keeps it from being loaded at boot.
std::optional<ModprobeLine> masking_line(const ModprobeConfiguration &modprobe,
                                         const ModuleName &module) {
    if (auto install = modprobe.blocking_install(module))
        return install;
    auto blacklist = modprobe.of(LineKind::Blacklist, module);
    return blacklist.empty() ? std::nullopt : std::optional(blacklist.front());
}

GuardedText by_hand(const Origin &origin, const char *key) {
    return {origin.on_command_line()
                ? fmt::format("remove it from {} on the kernel command line", key)
                : "sudoedit " + origin.file,
            true};
}

// The command that removes our own line; lines of other files are changed by hand.
GuardedText unmask_remedy(const ConfigurationPlaces &places, const ModprobeLine &line,
                          const ModuleName &name) {
    if (line.origin.file == places.own_modprobe_file())
        return {"modkeeper unmask " + name, true};
    return by_hand(line.origin, "modprobe.blacklist=");
}

// Why the line names no module: systemd takes the whole line as the name.
std::string why_no_module(const std::string &line) {
    if (line.find_first_of(" \t") != std::string::npos)
        return "there is no such module: systemd takes the whole line as its name; options belong "
               "in modprobe.d";
    if (line.ends_with(".ko"))
        return "there is no such module: names are written without .ko";
    return "there is no such module";
}

class BootDrift {
  public:
    BootDrift(const ConfigurationPlaces &places, Catalog &catalog,
              const ModprobeConfiguration &modprobe, Drift &drift)
        : places_(places), loaded_(places.root), catalog_(catalog), modprobe_(modprobe),
          drift_(drift) {}

    void look_for(const EnabledModule &enabled) {
        auto names = catalog_.resolve_names(enabled.name);
        if (!names)
            return tell_no_module(enabled);
        for (const auto &name : names.value())
            if (is_missing(name))
                tell_missing(enabled, name);
    }

  private:
    bool is_missing(const ModuleName &name) {
        if (loaded_.state(name) != LoadState::Absent)
            return false;
        auto file = catalog_.find(name);
        return !file || !file.value().built_in;
    }

    static DriftItem item_of(const EnabledModule &enabled, ModuleName module) {
        return {DriftKind::NotLoaded, std::move(module),     {}, "loaded",
                "not loaded",         enabled.origin.text(), {}};
    }

    void tell_no_module(const EnabledModule &enabled) {
        auto item = item_of(enabled, ModuleName(enabled.name));
        item.running = {why_no_module(enabled.name), true};
        const bool is_ours = enabled.origin.file == places_.own_modules_load_file();
        item.remedy = is_ours && check_name(enabled.name)
                          ? GuardedText("modkeeper disable " + item.module, true)
                          : by_hand(enabled.origin, "modules_load=");
        drift_.items.push_back(std::move(item));
    }

    // A module in several lines is one item, with all of them.
    void tell_missing(const EnabledModule &enabled, const ModuleName &name) {
        if (const auto known = told_.find(name); known != told_.end()) {
            drift_.items[known->second].where += ", " + enabled.origin.text();
            return;
        }
        told_.emplace(name, drift_.items.size());
        auto item = item_of(enabled, name);
        item.remedy = {"modkeeper load " + name, true};
        item.applicable = true;
        if (auto line = masking_line(modprobe_, name)) {
            item.running = {"not loaded: masked by " + line->origin.text(), true};
            item.remedy = unmask_remedy(places_, *line, name);
            item.applicable = false;
        }
        drift_.items.push_back(std::move(item));
    }

    const ConfigurationPlaces &places_;
    LoadedModules loaded_;
    Catalog &catalog_;
    const ModprobeConfiguration &modprobe_;
    Drift &drift_;
    std::map<ModuleName, std::size_t> told_; // names, and their items
};

} // namespace

void find_boot_drift(const ConfigurationPlaces &places, Drift &drift) {
    const auto modprobe = ModprobeConfiguration::read(places);
    const LoadedModules loaded(places.root);
    for (const auto &module : loaded.list())
        if (auto line = masking_line(modprobe, module.name))
            drift.items.push_back({DriftKind::Masked,
                                   module.name,
                                   line->kind == LineKind::Install ? "install" : "blacklist",
                                   "not loaded",
                                   "loaded",
                                   line->origin.text(),
                                   {"modkeeper unload " + module.name, true}});
    auto enabled = EnabledModules::read(places);
    for (const auto &file : enabled.unread)
        drift.unchecked.push_back(fmt::format("{}: {}", file.path, file.reason));
    auto catalog = Catalog::create(places.catalog());
    if (!catalog)
        return drift.unchecked.push_back("enabled modules: " + catalog.error().message);
    BootDrift boot(places, catalog.value(), modprobe, drift);
    for (const auto &one : enabled.modules)
        boot.look_for(one);
}

} // namespace mk
