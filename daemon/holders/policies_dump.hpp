// SPDX-License-Identifier: GPL-2.0-only
// What rules of the firewall may name for connections: timeout policies, and helpers that programs
// are, as netlink lists them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mk {

struct ConnectionPolicies {
    std::vector<std::string> timeouts; // their names
    std::vector<std::string> helpers;
};

// Of one datagram. False: it was the last one.
bool read_timeout_policies(std::string_view datagram, std::vector<std::string> &names);
bool read_user_helpers(std::string_view datagram, std::vector<std::string> &names);
// All of the network namespace of the caller; nothing without CAP_NET_ADMIN in it. To ask loads the
// module that answers.
std::vector<std::string> dump_timeout_policies();
std::vector<std::string> dump_user_helpers();

} // namespace mk
