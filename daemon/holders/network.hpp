// SPDX-License-Identifier: GPL-2.0-only
// Network namespaces, and what is set up in each that may hold modules.
#pragma once

#include <string>
#include <vector>

#include "base/module_name.hpp"
#include "holders/associations_dump.hpp"
#include "holders/interfaces_dump.hpp"
#include "holders/netfilter_dump.hpp"
#include "holders/netlink_sockets.hpp"
#include "holders/policies_dump.hpp"
#include "holders/routes_dump.hpp"
#include "holders/switch_ports_dump.hpp"
#include "holders/traffic_dump.hpp"
#include "holders/xtables_dump.hpp"

namespace mk {

struct Network {
    std::string where;  // "in the network namespace of sleep (pid 312)"; "": that of the caller
    std::string prefix; // of a command that works in it; "": none
    std::vector<TrafficItem> traffic;
    std::vector<NetfilterItem> netfilter;
    std::vector<XtablesRule> xtables;
    std::vector<IpSet> sets;
    std::vector<VirtualService> services;
    std::vector<NetlinkSocket> sockets;
    std::vector<PacketListener> listeners; // of the module
    std::vector<SecurityAssociation> associations;
    std::vector<TunnelRoute> routes;
    std::string congestion_control; // of new connections
    std::vector<HoldingInterface> interfaces;
    std::vector<SwitchPort> ports;
    ConnectionPolicies policies;
};

// What a module can be held by: the rest is not read.
struct NetworkInterest {
    bool traffic = false;
    std::string action_kind; // "": no actions
    bool netfilter = false;
    bool sets = false;
    bool services = false;
    bool sockets = false;
    std::string listeners; // file below /proc/net/netfilter; "": none
    bool associations = false;
    bool routes = false;
    bool congestion_control = false;
    bool interfaces = false;
    bool ports = false;    // of Open vSwitch
    bool timeouts = false; // of connections, by name
    bool helpers = false;  // of connections, that programs are

    bool any() const {
        return !listeners.empty() || traffic || netfilter || sets || services || sockets ||
               associations || routes || congestion_control || interfaces || ports;
    }
};
NetworkInterest network_interest(const ModuleName &module, const std::vector<std::string> &aliases);

struct Networks {
    std::vector<Network> all; // that of the caller first
    // Namespaces that the caller may not enter, or that are too many.
    bool left_out = false;
    // The kernel shows them only with CAP_NET_ADMIN.
    bool hides_rules = false;
    bool hides_associations = false;
};
Networks read_networks(const NetworkInterest &interest);

} // namespace mk
