// SPDX-License-Identifier: GPL-2.0-only
// Questions to families of generic netlink, which need no privileges unless the family says so.
#pragma once

#include <linux/genetlink.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "system/rtnetlink.hpp"

namespace mk::generic_netlink {

// The number of the family; 0: there is none.
std::uint16_t family_of(const std::string &name);
// Of an answer to that question.
std::uint16_t read_family(std::string_view datagram);

// @body: the family's own header, if it has one, and whole attributes.
std::string question(std::uint16_t family, std::uint8_t command, std::uint16_t flags,
                     std::string_view body);

} // namespace mk::generic_netlink
