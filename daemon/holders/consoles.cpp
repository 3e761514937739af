// SPDX-License-Identifier: GPL-2.0-only
// Virtual consoles on a frame buffer of the module.
#include <algorithm>

#include "base/folder.hpp"
#include "base/root_path.hpp"
#include "base/text_file.hpp"
#include "holders/search.hpp"

namespace mk {

void find_consoles(const HolderSearch &search, HolderList &list) {
    const auto at = [&](const std::string &path) { return path_in(search.root, path); };
    std::string console;
    for (const auto &name : readable_entries(at("/sys/class/vtconsole")))
        if (read_line(at("/sys/class/vtconsole/" + name + "/bind")) == "1" &&
            read_line(at("/sys/class/vtconsole/" + name + "/name")).find("frame buffer") !=
                std::string::npos)
            console = name;
    if (console.empty())
        return;
    for (const auto &node : search.nodes) {
        if (node.block || node.name.empty() || !node.name.starts_with("fb"))
            continue;
        Holder holder;
        holder.kind = HolderKind::Console;
        holder.what = console;
        holder.through = "the text console on /dev/" + node.name;
        holder.references = 1;
        list.holders.push_back(std::move(holder));
    }
}

} // namespace mk
