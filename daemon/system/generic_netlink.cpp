// SPDX-License-Identifier: GPL-2.0-only
#include "system/generic_netlink.hpp"

namespace mk::generic_netlink {

using namespace rtnetlink;

std::uint16_t read_family(std::string_view datagram) {
    std::uint16_t family = 0;
    each_message(datagram, [&](unsigned, std::string_view message) {
        each_attribute(after<genlmsghdr>(message), [&](unsigned type, std::string_view value) {
            if (type == CTRL_ATTR_FAMILY_ID)
                family = value_of<std::uint16_t>(value).value_or(0);
        });
    });
    return family;
}

std::string question(std::uint16_t family, std::uint8_t command, std::uint16_t flags,
                     std::string_view body) {
    genlmsghdr head{};
    head.cmd = command;
    head.version = 1;
    return message_of(family, static_cast<std::uint16_t>(NLM_F_REQUEST | flags), head, body);
}

std::uint16_t family_of(const std::string &name) {
    std::uint16_t family = 0;
    each_datagram(
        question(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0,
                 attribute_of(CTRL_ATTR_FAMILY_NAME, name + '\0')),
        [&](std::string_view answer) {
            family = read_family(answer);
            return false;
        },
        NETLINK_GENERIC);
    return family;
}

} // namespace mk::generic_netlink
