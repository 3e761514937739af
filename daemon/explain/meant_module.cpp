// SPDX-License-Identifier: GPL-2.0-only
#include "explain/meant_module.hpp"

#include <algorithm>

#include "base/module_name.hpp"

namespace mk {

ModuleName meant_by(const std::string &target, Result<Catalog> &catalog,
                    const std::vector<driver::Event> &events) {
    ModuleName name(target);
    const auto seen = [&](const ModuleName &module) {
        return std::any_of(events.begin(), events.end(), [&](const driver::Event &event) {
            return driver::module_of(event) == module;
        });
    };
    const LoadedModules kernel;
    if (seen(name) || !catalog || (check_name(name) && kernel.find(name)))
        return name;
    const auto modules = catalog.value().resolve_names(target);
    if (!modules)
        return name;
    for (const ModuleName &module : modules.value())
        if (seen(module))
            return module;
    return modules.value().front();
}

Error never_seen(const std::string &target, const ModuleName &name, LoadState state,
                 Result<Catalog> &catalog) {
    const auto file = catalog ? catalog.value().find(target) : Result<ModuleFile>(catalog.error());
    if (state != LoadState::BuiltIn && !file)
        return file.error();
    if (state == LoadState::BuiltIn || file.value().built_in)
        return {ErrorCode::BuiltIn,
                "module " + name + " is built into the kernel: nobody loads it"};
    return {ErrorCode::NotFound, "module " + name +
                                     " is not loaded, and nobody tried to load it in the time that "
                                     "the record covers"};
}

} // namespace mk
