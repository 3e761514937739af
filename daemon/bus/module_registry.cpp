// SPDX-License-Identifier: GPL-2.0-only
#include "bus/module_registry.hpp"

namespace mk::bus {

KnownModule *ModuleRegistry::find(const ModuleName &name) {
    auto found = modules_.find(name);
    return found == modules_.end() ? nullptr : &found->second;
}

const KnownModule *ModuleRegistry::find(const ModuleName &name) const {
    auto found = modules_.find(name);
    return found == modules_.end() ? nullptr : &found->second;
}

ModuleNames ModuleRegistry::names() const {
    ModuleNames result;
    result.reserve(modules_.size());
    for (const auto &[name, module] : modules_)
        result.push_back(name);
    return result;
}

} // namespace mk::bus
