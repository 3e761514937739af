// SPDX-License-Identifier: GPL-2.0-only
// Sockets of protocols of the module, as the kernel counts them in every network namespace.
#include <algorithm>
#include <charconv>
#include <map>

#include "base/root_path.hpp"
#include "base/text_file.hpp"
#include "holders/namespaces.hpp"
#include "holders/processes.hpp"
#include "holders/search.hpp"

namespace mk {

namespace {

using Counts = std::map<std::string, std::uint32_t>; // by protocol

// "protocol size sockets memory press maxhdr slab module cl co ..."
void add_counts(const std::string &file, const ModuleName &module, Counts &counts) {
    constexpr std::size_t sockets = 2;
    constexpr std::size_t owner = 7;
    const auto text = read_text(file).value_or("");
    for (const auto line : split(text, "\n")) {
        const auto words = split(line, " \t");
        if (words.size() <= owner || words[owner] != module)
            continue;
        int count = 0; // -1: not counted
        std::from_chars(words[sockets].data(), words[sockets].data() + words[sockets].size(),
                        count);
        counts[std::string(words[0])] += static_cast<std::uint32_t>(std::max(count, 0));
    }
}

// Each socket holds the module of its protocol and that of its family, mostly the same.
constexpr std::uint32_t references_each = 2;

} // namespace

void find_protocol_sockets(const HolderSearch &search, HolderList &list) {
    Counts counts;
    // Every namespace lists all protocols.
    add_counts(path_in(search.root, "/proc/self") + "/net/protocols", search.module.name, counts);
    if (counts.empty())
        return;
    counts.clear();
    for (const auto &space : namespaces_in(search.root, "net").all)
        add_counts((space.is_own ? path_in(search.root, "/proc/self")
                                 : folder_of(search.root, space.pid)) +
                       "/net/protocols",
                   search.module.name, counts);
    auto known =
        static_cast<std::uint32_t>(std::ranges::count_if(list.holders, [](const Holder &holder) {
            return holder.kind == HolderKind::Socket && holder.references > 0;
        }));
    for (const auto &[protocol, count] : counts) {
        const auto open = std::min(known, count);
        known -= open;
        if (count == open)
            continue;
        Holder holder;
        holder.kind = HolderKind::Socket;
        holder.what = protocol;
        holder.references = (count - open) * references_each;
        list.holders.push_back(std::move(holder));
    }
}

} // namespace mk
