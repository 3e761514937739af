// SPDX-License-Identifier: GPL-2.0-only
// TCP congestion control and queueing discipline of the module that new connections and interfaces
// get. Those of single sockets the driver tells.
#include <fmt/format.h>

#include <algorithm>

#include "base/root_path.hpp"
#include "base/text_file.hpp"
#include "holders/search.hpp"

namespace mk {

namespace {

void add(HolderList &list, const char *setting, std::string value, const char *other) {
    Holder holder;
    holder.kind = HolderKind::Congestion;
    holder.what = std::move(value);
    holder.through = std::string("the value of ") + setting;
    holder.references = 1;
    holder.remedy = fmt::format("sysctl -w {}={}", setting, other);
    list.holders.push_back(std::move(holder));
}

// One that no module is needed for: the kernel has reno itself, and mostly cubic.
const char *other_control(const HolderSearch &search) {
    const auto available =
        read_line(path_in(search.root, "/proc/sys/net/ipv4/tcp_available_congestion_control"));
    const auto words = split(available, " ");
    const bool has_cubic = std::ranges::find(words, "cubic") != words.end();
    return has_cubic && search.module.name != "tcp_cubic" ? "cubic" : "reno";
}

} // namespace

void find_congestion_control(const HolderSearch &search, HolderList &list) {
    const auto value_of = [&](const char *file) {
        return read_line(path_in(search.root, std::string("/proc/sys/net/") + file));
    };
    if (auto value = value_of("ipv4/tcp_congestion_control"); search.module.name == "tcp_" + value)
        add(list, "net.ipv4.tcp_congestion_control", std::move(value), other_control(search));
    for (const auto &network : search.networks)
        if (!network.where.empty() && search.module.name == "tcp_" + network.congestion_control) {
            add(list, "net.ipv4.tcp_congestion_control", network.congestion_control,
                other_control(search));
            auto &holder = list.holders.back();
            holder.through += " " + network.where;
            holder.is_public = false;
            holder.remedy = network.prefix + holder.remedy;
        }
    if (auto value = value_of("core/default_qdisc"); search.module.name == "sch_" + value)
        add(list, "net.core.default_qdisc", std::move(value), "pfifo_fast");
}

} // namespace mk
