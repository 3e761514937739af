// SPDX-License-Identifier: GPL-2.0-only
#include <algorithm>
#include <deque>
#include <set>

#include "holders/search.hpp"

namespace mk {

// Only those that use the module itself have a reference to it; the others keep these loaded.
void find_using_modules(const HolderSearch &search, HolderList &list) {
    struct Use {
        ModuleName user;
        ModuleName used;
    };
    std::deque<Use> uses;
    std::set<ModuleName> seen = {search.module.name};
    for (const auto &user : search.module.used_by)
        uses.push_back({user, {}});
    for (; !uses.empty(); uses.pop_front()) {
        const auto use = uses.front();
        if (!seen.insert(use.user).second)
            continue;
        Holder holder;
        holder.kind = HolderKind::Module;
        holder.what = use.user;
        holder.through = use.used;
        holder.references = use.used.empty();
        list.holders.push_back(std::move(holder));
        const auto user = std::ranges::find(search.loaded, use.user, &LoadedModule::name);
        if (user != search.loaded.end())
            for (const auto &above : user->used_by)
                uses.push_back({above, use.user});
    }
}

} // namespace mk
