// SPDX-License-Identifier: GPL-2.0-only
#include "bus/module_info.hpp"

#include <algorithm>
#include <map>

#include "base/assignments.hpp"
#include "base/module_name.hpp"
#include "base/text_file.hpp"
#include "driver_client/event_names.hpp"

namespace mk::bus {

namespace {

ModuleSummary summary(const driver::Module &module) {
    ModuleSummary result;
    result.name = module.name;
    result.state = module.state;
    result.bytes = module.core_bytes;
    result.references = module.references;
    result.used_by = module.used_by;
    result.uses = module.uses;
    result.load_sequence = module.load_sequence;
    result.last_sequence = module.last_sequence;
    return result;
}

ModuleSummary summary(const LoadedModule &module) {
    ModuleSummary result;
    result.name = module.name;
    result.state = module.state;
    result.bytes = module.bytes;
    result.references = module.references;
    result.used_by = module.used_by;
    return result;
}

ModuleDetails details_of(const driver::Module &module) {
    ModuleDetails result;
    static_cast<ModuleSummary &>(result) = summary(module);
    result.version = module.version;
    result.srcversion = module.srcversion;
    result.taints = driver::letters_of({module.taints});
    result.loaded_ns = module.loaded_realtime_ns;
    result.init_ns = module.init_ns;
    result.load_count = module.load_count;
    return result;
}

ModuleDetails details_of(const LoadedModule &module, const LoadedModules &loaded) {
    ModuleDetails result;
    static_cast<ModuleSummary &>(result) = summary(module);
    // /proc/modules counts what init takes until that is freed, a moment after the module is live.
    result.bytes = loaded.core_bytes(module.name).value_or(module.bytes);
    result.version = loaded.version(module.name);
    result.srcversion = loaded.srcversion(module.name);
    result.taints = module.taints;
    return result;
}

// The kernel lists the users of a module; this is the opposite.
std::map<std::string, std::vector<std::string>> uses_in(const std::vector<LoadedModule> &modules) {
    std::map<std::string, std::vector<std::string>> uses;
    for (const auto &module : modules)
        for (const auto &user : module.used_by)
            uses[user].push_back(module.name);
    return uses;
}

} // namespace

std::vector<ModuleSummary> ModuleSource::list() {
    std::vector<ModuleSummary> result;
    if (use_driver_) {
        if (auto modules = driver_.modules()) {
            for (const auto &module : modules.value())
                if (module.state != LoadState::Absent)
                    result.push_back(summary(module));
            return result;
        }
    }
    const auto modules = loaded_.list();
    auto uses = uses_in(modules);
    for (const auto &module : modules) {
        result.push_back(summary(module));
        result.back().uses = std::move(uses[module.name]);
    }
    // /proc/modules has the newest first, the driver the oldest.
    std::reverse(result.begin(), result.end());
    return result;
}

std::optional<ModuleDetails> ModuleSource::details(const std::string &name) {
    if (use_driver_) {
        if (auto found = driver_.module(name)) {
            if (found.value().state == LoadState::Absent)
                return std::nullopt;
            return details_of(found.value());
        }
    }
    auto module = loaded_.find(name);
    if (!module)
        return std::nullopt;
    auto result = details_of(*module, loaded_);
    result.uses = loaded_.uses(name);
    return result;
}

std::map<std::string, ModuleDetails> ModuleSource::all_details() {
    std::map<std::string, ModuleDetails> result;
    if (use_driver_) {
        if (auto modules = driver_.modules()) {
            for (const auto &module : modules.value())
                if (module.state != LoadState::Absent)
                    result.emplace(module.name, details_of(module));
            return result;
        }
    }
    const auto modules = loaded_.list();
    auto uses = uses_in(modules);
    for (const auto &module : modules) {
        auto details = details_of(module, loaded_);
        details.uses = std::move(uses[module.name]);
        result.emplace(module.name, std::move(details));
    }
    return result;
}

std::string ModuleSource::public_arguments(const std::string &name,
                                           const std::string &arguments) const {
    std::vector<std::string> told;
    for (const auto &one : split_assignments(arguments))
        if (loaded_.is_public(name, canonical_name(one.name)))
            told.push_back(to_text(one));
    return join(told, " ");
}

Result<std::unique_ptr<driver::RecordReader>> ModuleSource::read_record() {
    if (!use_driver_)
        return Error{ErrorCode::DriverUnavailable,
                     "there is no record: the driver is not connected; modkeeper status says why"};
    return driver_.read_record();
}

} // namespace mk::bus
