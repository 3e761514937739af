// SPDX-License-Identifier: GPL-2.0-only
// The module as a live patch of the kernel, which holds it while it is enabled.
#include "base/root_path.hpp"
#include "base/text_file.hpp"
#include "holders/search.hpp"

namespace mk {

void find_livepatches(const HolderSearch &search, HolderList &list) {
    const auto patch = "/sys/kernel/livepatch/" + search.module.name;
    if (read_line(path_in(search.root, patch + "/enabled")) != "1")
        return;
    Holder holder;
    holder.kind = HolderKind::Livepatch;
    holder.what = patch;
    holder.references = 1;
    list.holders.push_back(std::move(holder));
}

} // namespace mk
