// SPDX-License-Identifier: GPL-2.0-only
// Pages of swap that the kernel keeps compressed in memory (zswap): each of its pools holds the
// module that keeps them, and uses an algorithm, of which the kernel tells how often it is used.
#include <algorithm>
#include <string_view>

#include "base/root_path.hpp"
#include "base/text_file.hpp"
#include "holders/search.hpp"

namespace mk {

namespace {

const std::string settings = "/sys/module/zswap/parameters/";

std::string setting(const HolderSearch &search, const char *name) {
    return read_line(path_in(search.root, settings + name));
}

void add(HolderList &list, std::string through, std::uint32_t references, std::string remedy) {
    Holder holder;
    holder.kind = HolderKind::Zswap;
    holder.what = "zswap";
    holder.through = std::move(through);
    holder.references = references;
    holder.remedy = std::move(remedy);
    list.holders.push_back(std::move(holder));
}

} // namespace

// Other modules that use this one are known, and nothing but zswap uses it besides. A pool stays
// with what is in it when another one is chosen.
void find_zswap_pools(const HolderSearch &search, HolderList &list) {
    constexpr std::string_view prefix = "zpool-"; // of an alias
    const auto chosen = setting(search, "zpool");
    for (const auto &alias : search.aliases) {
        const auto rest = list.rest();
        if (chosen.empty() || rest == 0 || !alias.starts_with(prefix))
            continue;
        const auto name = alias.substr(prefix.size());
        if (name == chosen)
            add(list, "which keeps pages with " + name, rest,
                std::string("echo ") + (name == "zbud" ? "zsmalloc" : "zbud") + " > " + settings +
                    "zpool");
        else
            add(list, "which still keeps pages with " + name, rest, {});
    }
}

// Those who may use algorithms of these names.
void find_zswap_with(const HolderSearch &search, const std::vector<std::string> &names,
                     HolderList &list) {
    const auto compressor = setting(search, "compressor");
    if (compressor.empty() || std::ranges::find(names, compressor) == names.end())
        return;
    // kernels have lzo themselves, mostly
    add(list, "which compresses with " + compressor, 0,
        compressor == "lzo" ? std::string() : "echo lzo > " + settings + "compressor");
}

} // namespace mk
