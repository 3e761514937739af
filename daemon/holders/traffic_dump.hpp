// SPDX-License-Identifier: GPL-2.0-only
// Traffic control as the kernel's routing netlink lists it: queueing disciplines, filters, actions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mk {

struct TrafficItem {
    enum class Kind : std::uint8_t { Qdisc, Filter, Action };

    Kind kind = Kind::Qdisc;
    std::string name;           // "sfq", "u32", "mirred"
    int interface = 0;          // its number; an action has none
    std::string interface_name; // "": it is gone
    std::uint32_t parent = 0;   // of a qdisc or filter
    std::uint32_t handle = 0;   // of a qdisc
    std::uint32_t chain = 0;    // of a filter
    unsigned priority = 0;      // of a filter
    unsigned protocol = 0;      // of a filter
    std::uint32_t index = 0;    // of an action
    int bound = 0;              // filters that have the action
    std::string options;        // of a filter or an action, as the kernel writes them

    bool operator==(const TrafficItem &) const = default;
};

// Of one datagram, one item each. False: it was the last one.
bool read_traffic(std::string_view datagram, std::vector<TrafficItem> &items);

// All of the network namespace of the caller. Actions: of @action_kind only, if that is not "".
std::vector<TrafficItem> dump_traffic(const std::string &action_kind);

} // namespace mk
