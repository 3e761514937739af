// SPDX-License-Identifier: GPL-2.0-only
// Disks whose requests the module orders.
#include <algorithm>

#include "base/folder.hpp"
#include "base/root_path.hpp"
#include "base/text_file.hpp"
#include "holders/search.hpp"

namespace mk {

namespace {

// "bfq" of "none mq-deadline [bfq]"
std::string chosen_in(std::string_view line) {
    const auto open = line.find('[');
    const auto close = line.find(']', open);
    return close == std::string_view::npos ? std::string()
                                           : std::string(line.substr(open + 1, close - open - 1));
}

} // namespace

void find_schedulers(const HolderSearch &search, HolderList &list) {
    for (const auto &disk : readable_entries(path_in(search.root, "/sys/block"))) {
        const auto file = "/sys/block/" + disk + "/queue/scheduler";
        const auto name = chosen_in(read_line(path_in(search.root, file)));
        const auto alias = name + "-iosched";
        if (name.empty() || (search.module.name != name &&
                             std::ranges::find(search.aliases, alias) == search.aliases.end()))
            continue;
        Holder holder;
        holder.kind = HolderKind::Scheduler;
        holder.what = name;
        holder.through = "of the requests of /dev/" + disk;
        holder.references = 1;
        holder.remedy = "echo none > " + file;
        list.holders.push_back(std::move(holder));
    }
}

} // namespace mk
