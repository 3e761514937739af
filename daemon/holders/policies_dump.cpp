// SPDX-License-Identifier: GPL-2.0-only
#include "holders/policies_dump.hpp"

#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_cthelper.h>
#include <linux/netfilter/nfnetlink_cttimeout.h>

#include "system/rtnetlink.hpp"

namespace mk {

using namespace rtnetlink;

namespace {

bool read_names(std::string_view datagram, unsigned message_type, unsigned attribute,
                std::vector<std::string> &names) {
    return each_message(datagram, [&](unsigned type, std::string_view message) {
        if (type != message_type)
            return;
        each_attribute(after<nfgenmsg>(message), [&](unsigned inner, std::string_view value) {
            if (inner == attribute)
                names.push_back(text_of(value));
        });
    });
}

constexpr unsigned of_timeouts(unsigned message) {
    return NFNL_SUBSYS_CTNETLINK_TIMEOUT << 8 | message;
}

constexpr unsigned of_helpers(unsigned message) {
    return NFNL_SUBSYS_CTHELPER << 8 | message;
}

std::vector<std::string> ask(unsigned question,
                             bool (*read)(std::string_view, std::vector<std::string> &)) {
    constexpr std::size_t most = 100'000;
    std::vector<std::string> names;
    each_datagram(
        message_of(static_cast<std::uint16_t>(question), NLM_F_REQUEST | NLM_F_DUMP, nfgenmsg{}),
        [&](std::string_view answer) { return read(answer, names) && names.size() < most; },
        NETLINK_NETFILTER);
    return names;
}

} // namespace

bool read_timeout_policies(std::string_view datagram, std::vector<std::string> &names) {
    return read_names(datagram, of_timeouts(IPCTNL_MSG_TIMEOUT_NEW), CTA_TIMEOUT_NAME, names);
}

bool read_user_helpers(std::string_view datagram, std::vector<std::string> &names) {
    return read_names(datagram, of_helpers(NFNL_MSG_CTHELPER_NEW), NFCTH_NAME, names);
}

std::vector<std::string> dump_timeout_policies() {
    return ask(of_timeouts(IPCTNL_MSG_TIMEOUT_GET), read_timeout_policies);
}

std::vector<std::string> dump_user_helpers() {
    return ask(of_helpers(NFNL_MSG_CTHELPER_GET), read_user_helpers);
}

} // namespace mk
