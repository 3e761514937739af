// SPDX-License-Identifier: GPL-2.0-only
#include "holders/network.hpp"

#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <initializer_list>
#include <string_view>
#include <thread>

#include "base/foreign_text.hpp"
#include "base/shell_word.hpp"
#include "base/text_file.hpp"
#include "holders/namespaces.hpp"
#include "holders/processes.hpp"

namespace mk {

namespace {

bool is_about(const ModuleName &module, const std::vector<std::string> &aliases,
              std::initializer_list<std::string_view> beginnings) {
    const auto begins = [&](std::string_view name) {
        return std::ranges::any_of(
            beginnings, [&](std::string_view beginning) { return name.starts_with(beginning); });
    };
    return begins(module) || std::ranges::any_of(aliases, begins);
}

void read_into(Network &network, const NetworkInterest &interest) {
    if (interest.traffic)
        network.traffic = dump_traffic(interest.action_kind);
    if (interest.netfilter) {
        network.netfilter = dump_netfilter();
        network.xtables = dump_xtables();
    }
    if (interest.sets)
        network.sets = dump_ip_sets();
    if (interest.services)
        network.services = read_virtual_services("/proc/thread-self/net/ip_vs");
    if (interest.sockets)
        network.sockets = read_netlink_sockets("/proc/thread-self/net/netlink");
    if (!interest.listeners.empty())
        network.listeners =
            read_packet_listeners("/proc/thread-self/net/netfilter/" + interest.listeners);
    if (interest.associations)
        network.associations = dump_associations();
    if (interest.routes)
        network.routes = dump_tunnel_routes();
    if (interest.interfaces)
        network.interfaces = dump_interfaces();
    if (interest.ports)
        network.ports = dump_switch_ports();
    if (interest.timeouts)
        network.policies.timeouts = dump_timeout_policies();
    if (interest.helpers)
        network.policies.helpers = dump_user_helpers();
    if (interest.congestion_control)
        network.congestion_control = read_line("/proc/sys/net/ipv4/tcp_congestion_control");
}

Network in(const Namespace &space) {
    Network network;
    if (!space.name.empty()) {
        network.where = "in the network namespace " + as_word(space.name);
        network.prefix = "ip netns exec " + shell_word(space.name) + " ";
    } else if (!space.path.empty()) {
        network.where = fmt::format("in the network namespace that {} keeps", as_word(space.path));
        network.prefix = fmt::format("nsenter --net={} ", shell_word(space.path));
    } else if (!space.is_own) {
        network.where =
            fmt::format("in the network namespace of {} (pid {})",
                        as_word(read_line(folder_of("", space.pid) + "/comm")), space.pid);
        network.prefix = fmt::format("nsenter -t {} -n ", space.pid);
    }
    return network;
}

// In a thread, which alone enters the namespace. False: it may not.
bool read_there(const Namespace &space, const NetworkInterest &interest, Network &network) {
    bool entered = false;
    std::thread([&] {
        const auto there = open_namespace(space, "net");
        entered = there && setns(there.get(), CLONE_NEWNET) == 0;
        if (entered)
            read_into(network, interest);
    }).join();
    return entered;
}

bool may_administrate() {
    constexpr unsigned net_admin = 12;
    constexpr std::string_view field = "CapEff:\t";
    const auto text = read_text("/proc/thread-self/status").value_or("");
    const auto at = text.find(field);
    return at != std::string::npos &&
           (std::strtoull(text.c_str() + at + field.size(), nullptr, 16) >> net_admin & 1) != 0;
}

} // namespace

NetworkInterest network_interest(const ModuleName &module,
                                 const std::vector<std::string> &aliases) {
    NetworkInterest interest;
    interest.traffic = is_about(module, aliases, {"sch_", "cls_", "act_", "ematch-kind-"});
    if (module.starts_with("act_"))
        interest.action_kind = module.str().substr(4);
    interest.timeouts = module == "nfnetlink_cttimeout";
    interest.helpers = module == "nfnetlink_cthelper";
    interest.netfilter =
        is_about(module, aliases,
                 {"nft-", "ipt_", "ip6t_", "arpt_", "ebt_", "xt_", "iptable_", "ip6table_",
                  "nfct-helper-", "nf_log", "nf-flowtable-", "ts_"}) ||
        module == "nf_tables" || module == "nfnetlink_acct" || module == "nfnetlink_log" ||
        interest.timeouts || interest.helpers;
    interest.sets = is_about(module, aliases, {"ip_set"});
    interest.services = is_about(module, aliases, {"ip_vs"});
    interest.sockets = is_about(module, aliases, {"net-pf-16-proto-"});
    if (module == "nfnetlink_queue" || module == "nfnetlink_log") {
        interest.listeners = module;
        interest.sockets = true;
    }
    interest.associations = is_about(module, aliases, {"xfrm-type-", "xfrm-offload-", "crypto-"});
    interest.routes = is_about(module, aliases, {"rtnl-lwt-"});
    interest.interfaces = module.starts_with("team_mode_") || module == "tun" ||
                          module == "nlmon" || module == "vsockmon";
    interest.ports = module == "openvswitch" || module.starts_with("vport_");
    interest.congestion_control = module.starts_with("tcp_");
    return interest;
}

Networks read_networks(const NetworkInterest &interest) {
    Networks networks;
    if (!interest.any())
        return networks;
    const auto spaces = namespaces_in("", "net");
    networks.left_out = spaces.cut;
    networks.hides_rules = (interest.netfilter || interest.sets) && !may_administrate();
    networks.hides_associations = interest.associations && !may_administrate();
    for (const auto &space : spaces.all) {
        auto network = in(space);
        if (space.is_own)
            read_into(network, interest);
        else if (!read_there(space, interest, network)) {
            networks.left_out = true;
            continue;
        }
        networks.all.push_back(std::move(network));
    }
    return networks;
}

} // namespace mk
