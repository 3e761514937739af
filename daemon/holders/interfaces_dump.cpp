// SPDX-License-Identifier: GPL-2.0-only
#include "holders/interfaces_dump.hpp"

#include <linux/if_link.h>
#include <linux/if_team.h>
#include <net/if.h>

#include <cstdint>
#include <optional>

#include "system/generic_netlink.hpp"

namespace mk {

using namespace rtnetlink;

namespace {

void read_sort(std::string_view info, HoldingInterface &interface) {
    each_attribute(info, [&](unsigned type, std::string_view value) {
        if (type == IFLA_INFO_KIND)
            interface.sort = text_of(value);
        if (type != IFLA_INFO_DATA || interface.sort != "tun")
            return;
        each_attribute(value, [&](unsigned inner, std::string_view flag) {
            if (inner == IFLA_TUN_PERSIST)
                interface.is_persistent = value_of<std::uint8_t>(flag).value_or(0) != 0;
        });
    });
}

// The value of the option of this name: { name, type, data }
std::optional<std::string> value_in(std::string_view option, std::string_view wanted) {
    std::string name;
    std::optional<std::string> found;
    each_attribute(option, [&](unsigned type, std::string_view value) {
        if (type == TEAM_ATTR_OPTION_NAME)
            name = text_of(value);
        else if (type == TEAM_ATTR_OPTION_DATA && name == wanted)
            found = text_of(value);
    });
    return found;
}

std::string mode_of(std::uint16_t family, int number) {
    std::string mode;
    each_datagram(
        generic_netlink::question(
            family, TEAM_CMD_OPTIONS_GET, 0,
            attribute_of(TEAM_ATTR_TEAM_IFINDEX,
                         {reinterpret_cast<const char *>(&number), sizeof number})),
        [&](std::string_view answer) {
            mode = read_team_mode(answer);
            // the options may take several datagrams
            return mode.empty() && each_message(answer, [](unsigned, std::string_view) {});
        },
        NETLINK_GENERIC);
    return mode;
}

} // namespace

bool read_interfaces(std::string_view datagram, std::vector<HoldingInterface> &interfaces) {
    return each_message(datagram, [&](unsigned type, std::string_view message) {
        const auto body = value_of<ifinfomsg>(message);
        if (!body || type != RTM_NEWLINK)
            return;
        HoldingInterface interface;
        interface.number = body->ifi_index;
        interface.is_up = (body->ifi_flags & IFF_UP) != 0;
        each_attribute(after<ifinfomsg>(message), [&](unsigned attribute, std::string_view value) {
            if (attribute == IFLA_IFNAME)
                interface.name = text_of(value);
            else if (attribute == IFLA_LINKINFO)
                read_sort(value, interface);
        });
        if (!interface.sort.empty() && !interface.name.empty())
            interfaces.push_back(std::move(interface));
    });
}

std::string read_team_mode(std::string_view datagram) {
    std::string mode;
    each_message(datagram, [&](unsigned, std::string_view message) {
        each_attribute(after<genlmsghdr>(message), [&](unsigned type, std::string_view list) {
            if (type != TEAM_ATTR_LIST_OPTION)
                return;
            each_attribute(list, [&](unsigned, std::string_view option) {
                if (auto value = value_in(option, "mode"))
                    mode = std::move(*value);
            });
        });
    });
    return mode;
}

std::vector<HoldingInterface> dump_interfaces() {
    constexpr std::size_t most = 100'000;
    std::vector<HoldingInterface> interfaces;
    each_datagram(message_of(RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP, ifinfomsg{}),
                  [&](std::string_view answer) {
                      return read_interfaces(answer, interfaces) && interfaces.size() < most;
                  });
    std::uint16_t family = 0;
    for (auto &interface : interfaces) {
        if (interface.sort != "team")
            continue;
        family = family == 0 ? generic_netlink::family_of(TEAM_GENL_NAME) : family;
        if (family == 0)
            break;
        interface.mode = mode_of(family, interface.number);
    }
    return interfaces;
}

} // namespace mk
