// SPDX-License-Identifier: GPL-2.0-only
// Ports of Open vSwitch: each holds the module of its type, most of which the switch has itself.
#include <fmt/format.h>
#include <linux/openvswitch.h>

#include <string_view>

#include "base/foreign_text.hpp"
#include "base/shell_word.hpp"
#include "holders/search.hpp"

namespace mk {

namespace {

std::string_view module_of(unsigned type) {
    switch (type) {
    case OVS_VPORT_TYPE_NETDEV:
    case OVS_VPORT_TYPE_INTERNAL:
        return "openvswitch";
    case OVS_VPORT_TYPE_GRE:
        return "vport_gre";
    case OVS_VPORT_TYPE_VXLAN:
        return "vport_vxlan";
    case OVS_VPORT_TYPE_GENEVE:
        return "vport_geneve";
    default:
        return {};
    }
}

// A switch goes with its own port.
std::string end_of(const SwitchPort &port) {
    if (port.name == port.datapath)
        return "ovs-dpctl del-dp " + operand_word(port.datapath);
    const bool is_option = port.name.starts_with('-') || port.datapath.starts_with('-');
    return fmt::format("ovs-dpctl del-if {}{} {}", is_option ? "-- " : "",
                       shell_word(port.datapath), shell_word(port.name));
}

} // namespace

void find_switch_ports(const HolderSearch &search, HolderList &list) {
    for (const auto &network : search.networks)
        for (const auto &port : network.ports) {
            if (search.module.name != module_of(port.type) ||
                list.holders.size() >= HolderSearch::holders_max)
                continue;
            Holder holder;
            holder.kind = HolderKind::Interface;
            holder.what = port.name;
            holder.through =
                fmt::format("a port of the switch {} of Open vSwitch", as_word(port.datapath));
            if (!network.where.empty())
                holder.through += ", " + network.where;
            holder.references = 1;
            // who has a namespace is nobody else's business
            holder.is_public = network.where.empty();
            holder.remedy = network.prefix + end_of(port);
            list.holders.push_back(std::move(holder));
        }
}

} // namespace mk
