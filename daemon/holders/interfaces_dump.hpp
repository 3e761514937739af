// SPDX-License-Identifier: GPL-2.0-only
// Network interfaces that may hold a module by themselves, as netlink lists them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mk {

struct HoldingInterface {
    int number = 0;
    std::string name;
    std::string sort; // "tun", "team", ...; "": none that the kernel can make
    bool is_up = false;
    bool is_persistent = false; // a tun that stays without its program
    std::string mode;           // of a team; only root may ask

    bool operator==(const HoldingInterface &) const = default;
};

// Of one datagram. False: it was the last one.
bool read_interfaces(std::string_view datagram, std::vector<HoldingInterface> &interfaces);
// "" if the datagram does not tell.
std::string read_team_mode(std::string_view datagram);
// All of the network namespace of the caller that have a sort.
std::vector<HoldingInterface> dump_interfaces();

} // namespace mk
