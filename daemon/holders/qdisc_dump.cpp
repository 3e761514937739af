// SPDX-License-Identifier: GPL-2.0-only
#include "holders/qdisc_dump.hpp"

#include "system/rtnetlink.hpp"

namespace mk {

using namespace rtnetlink;

bool read_qdiscs(std::string_view datagram, std::vector<Qdisc> &qdiscs) {
    return each_message(datagram, [&](unsigned type, std::string_view message) {
        const auto body = value_of<tcmsg>(message);
        if (type != RTM_NEWQDISC || !body)
            return;
        each_attribute(after<tcmsg>(message), [&](unsigned attribute, auto value) {
            if (attribute == TCA_KIND)
                qdiscs.push_back({text_of(value), body->tcm_ifindex});
        });
    });
}

std::vector<Qdisc> dump_qdiscs() {
    constexpr std::size_t most = 100'000;
    std::vector<Qdisc> qdiscs;
    // all of them, also those that hardly anybody wants to see
    const auto request = message_of(RTM_GETQDISC, NLM_F_REQUEST | NLM_F_DUMP, tcmsg{},
                                    attribute_of(TCA_DUMP_INVISIBLE, {}));
    each_datagram(request, [&](std::string_view answer) {
        return read_qdiscs(answer, qdiscs) && qdiscs.size() < most;
    });
    return qdiscs;
}

} // namespace mk
