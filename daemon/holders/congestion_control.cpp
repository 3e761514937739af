// SPDX-License-Identifier: GPL-2.0-only
// TCP congestion control and queueing discipline of the module that new connections and interfaces
// get. Those of single sockets the driver tells.
#include "base/root_path.hpp"
#include "base/text_file.hpp"
#include "holders/search.hpp"

namespace mk {

namespace {

void add(HolderList &list, const char *setting, std::string value) {
    Holder holder;
    holder.kind = HolderKind::Congestion;
    holder.what = std::move(value);
    holder.through = std::string("the value of ") + setting;
    holder.references = 1;
    list.holders.push_back(std::move(holder));
}

} // namespace

void find_congestion_control(const HolderSearch &search, HolderList &list) {
    const auto value_of = [&](const char *file) {
        return read_line(path_in(search.root, std::string("/proc/sys/net/") + file));
    };
    if (auto value = value_of("ipv4/tcp_congestion_control"); search.module.name == "tcp_" + value)
        add(list, "net.ipv4.tcp_congestion_control", std::move(value));
    if (auto value = value_of("core/default_qdisc"); search.module.name == "sch_" + value)
        add(list, "net.core.default_qdisc", std::move(value));
}

} // namespace mk
