// SPDX-License-Identifier: GPL-2.0-only
#include "bus/module_info.hpp"

#include <algorithm>

#include "base/assignments.hpp"
#include "base/module_name.hpp"
#include "base/text_file.hpp"

namespace mk::bus {

std::optional<std::vector<LoadedModule>> ModuleSource::list_of_driver() {
    auto modules = use_driver_ ? driver_.modules() : Result<std::vector<LoadedModule>>(Error{});
    if (!modules)
        return std::nullopt;
    std::erase_if(modules.value(),
                  [](const auto &module) { return module.state == LoadState::Absent; });
    return modules.take();
}

std::vector<LoadedModule> ModuleSource::list() {
    if (auto modules = list_of_driver())
        return std::move(*modules);
    auto modules = loaded_.list();
    add_uses(modules);
    // /proc/modules has the newest first, the driver the oldest.
    std::reverse(modules.begin(), modules.end());
    return modules;
}

std::optional<LoadedModule> ModuleSource::details(const ModuleName &name) {
    if (use_driver_)
        if (auto found = driver_.module(name))
            return found.value().state == LoadState::Absent ? std::nullopt
                                                            : std::optional(found.take());
    auto module = loaded_.find(name);
    if (!module)
        return std::nullopt;
    loaded_.complete(*module);
    module->uses = loaded_.uses(name);
    return module;
}

std::map<ModuleName, LoadedModule> ModuleSource::all_details() {
    auto modules = list_of_driver();
    if (!modules) {
        modules = loaded_.list();
        add_uses(*modules);
        for (auto &module : *modules)
            loaded_.complete(module);
    }
    std::map<ModuleName, LoadedModule> result;
    for (auto &module : *modules)
        result.emplace(module.name, std::move(module));
    return result;
}

std::string ModuleSource::public_arguments(const ModuleName &name,
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
