// SPDX-License-Identifier: GPL-2.0-only
// Network interfaces, their addresses and routes, as the kernel's routing netlink tells them, of
// the network namespace of the caller. Needs no privileges.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mk {

struct NetworkInterface {
    unsigned index = 0;
    std::string name;
    std::string kind; // of a virtual one, such as "dummy"; "": it has none
    bool is_up = false;
    unsigned master = 0;                // index of the bridge or bond that it is a port of
    unsigned lower = 0;                 // index of the one that it is stacked on, such as a VLAN's
    std::vector<std::string> addresses; // "192.0.2.1/24"; none of link scope
    bool has_default_route = false;
};

// Takes what one answer of the kernel says into @interfaces: a series of netlink messages about
// links, addresses or routes. Messages that are cut short are skipped. False: it was the last.
bool take_answer(std::string_view bytes, std::vector<NetworkInterface> &interfaces);

// All of them. Of an interface that has more than 8 addresses, the first 8. A machine with very
// many routes is not read to the end: the default routes come first.
std::vector<NetworkInterface> network_interfaces();

// The index of the interface on which packets to @address ("192.0.2.1", "2001:db8::1") leave.
std::optional<unsigned> interface_towards(const std::string &address);

} // namespace mk
