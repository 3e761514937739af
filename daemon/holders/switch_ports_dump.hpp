// SPDX-License-Identifier: GPL-2.0-only
// Switches of Open vSwitch and their ports, as generic netlink lists them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mk {

struct SwitchPort {
    std::string datapath; // the switch
    std::string name;
    unsigned type = 0; // OVS_VPORT_TYPE_...

    bool operator==(const SwitchPort &) const = default;
};

struct SwitchDatapath {
    int number = 0;
    std::string name;

    bool operator==(const SwitchDatapath &) const = default;
};

// Of one datagram. False: it was the last one.
bool read_datapaths(std::string_view datagram, std::vector<SwitchDatapath> &datapaths);
bool read_switch_ports(std::string_view datagram, const std::string &datapath,
                       std::vector<SwitchPort> &ports);

// All of the network namespace of the caller.
std::vector<SwitchPort> dump_switch_ports();

} // namespace mk
