// SPDX-License-Identifier: GPL-2.0-only
#include "holders/switch_ports_dump.hpp"

#include <linux/openvswitch.h>

#include <cstdint>

#include "system/generic_netlink.hpp"

namespace mk {

using namespace rtnetlink;

namespace {

constexpr std::size_t most = 100'000;

// Of all things, or of those of one switch.
std::string question_for(std::uint16_t family, std::uint8_t command, int datapath) {
    return generic_netlink::question(family, command, NLM_F_DUMP,
                                     {reinterpret_cast<const char *>(&datapath), sizeof datapath});
}

// What follows both heads.
std::string_view attributes_of(std::string_view message) {
    return after<ovs_header>(after<genlmsghdr>(message));
}

} // namespace

bool read_datapaths(std::string_view datagram, std::vector<SwitchDatapath> &datapaths) {
    return each_message(datagram, [&](unsigned, std::string_view message) {
        const auto head = value_of<ovs_header>(after<genlmsghdr>(message));
        if (!head)
            return;
        SwitchDatapath datapath{head->dp_ifindex, {}};
        each_attribute(attributes_of(message), [&](unsigned type, std::string_view value) {
            if (type == OVS_DP_ATTR_NAME)
                datapath.name = text_of(value);
        });
        if (!datapath.name.empty())
            datapaths.push_back(std::move(datapath));
    });
}

bool read_switch_ports(std::string_view datagram, const std::string &datapath,
                       std::vector<SwitchPort> &ports) {
    return each_message(datagram, [&](unsigned, std::string_view message) {
        SwitchPort port{datapath, {}, 0};
        each_attribute(attributes_of(message), [&](unsigned type, std::string_view value) {
            if (type == OVS_VPORT_ATTR_NAME)
                port.name = text_of(value);
            else if (type == OVS_VPORT_ATTR_TYPE)
                port.type = value_of<std::uint32_t>(value).value_or(0);
        });
        if (!port.name.empty())
            ports.push_back(std::move(port));
    });
}

std::vector<SwitchPort> dump_switch_ports() {
    std::vector<SwitchDatapath> datapaths;
    std::vector<SwitchPort> ports;
    const auto switches = generic_netlink::family_of(OVS_DATAPATH_FAMILY);
    const auto family = generic_netlink::family_of(OVS_VPORT_FAMILY);
    if (switches == 0 || family == 0)
        return ports;
    each_datagram(
        question_for(switches, OVS_DP_CMD_GET, 0),
        [&](std::string_view answer) { return read_datapaths(answer, datapaths); },
        NETLINK_GENERIC);
    for (const auto &datapath : datapaths)
        each_datagram(
            question_for(family, OVS_VPORT_CMD_GET, datapath.number),
            [&](std::string_view answer) {
                return read_switch_ports(answer, datapath.name, ports) && ports.size() < most;
            },
            NETLINK_GENERIC);
    return ports;
}

} // namespace mk
