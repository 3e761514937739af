// SPDX-License-Identifier: GPL-2.0-only
#include "base/loaded_module.hpp"

#include <map>
#include <string_view>

namespace mk {

void add_uses(std::vector<LoadedModule> &modules) {
    std::map<std::string_view, LoadedModule *> by_name;
    for (auto &module : modules)
        by_name.emplace(module.name, &module);
    for (const auto &module : modules)
        for (const auto &user : module.used_by)
            if (const auto found = by_name.find(user); found != by_name.end())
                found->second->uses.push_back(module.name);
}

} // namespace mk
