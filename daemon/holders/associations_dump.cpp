// SPDX-License-Identifier: GPL-2.0-only
#include "holders/associations_dump.hpp"

#include <arpa/inet.h>
#include <linux/netlink.h>
#include <linux/xfrm.h>

#include <algorithm>
#include <array>

#include "base/text_file.hpp"
#include "system/rtnetlink.hpp"

namespace mk {

using namespace rtnetlink;

namespace {

std::string text_of_address(unsigned family, const xfrm_address_t &address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const bool is_known = inet_ntop(static_cast<int>(family), &address, text.data(), text.size());
    return is_known ? text.data() : "";
}

// Each sort of algorithm begins with its name, and has its key behind it.
std::string algorithm_in(std::string_view attribute) {
    return text_of(attribute.substr(0, sizeof xfrm_algo{}.alg_name));
}

void read_association(std::string_view message, std::vector<SecurityAssociation> &associations) {
    const auto body = value_of<xfrm_usersa_info>(message);
    if (!body)
        return;
    SecurityAssociation one;
    one.family = body->family;
    one.source = text_of_address(one.family, body->saddr);
    one.destination = text_of_address(one.family, body->id.daddr);
    one.protocol = body->id.proto;
    one.index = ntohl(body->id.spi);
    each_attribute(after<xfrm_usersa_info>(message), [&](unsigned type, std::string_view value) {
        if (type == XFRMA_MARK) {
            const auto mark = value_of<xfrm_mark>(value).value_or(xfrm_mark{});
            one.mark = mark.v;
            one.mask = mark.m;
        } else if (type == XFRMA_ALG_AEAD || type == XFRMA_ALG_AUTH || type == XFRMA_ALG_CRYPT ||
                   type == XFRMA_ALG_COMP || type == XFRMA_ALG_AUTH_TRUNC) {
            // what authenticates is told twice, the older way and the newer one
            auto name = algorithm_in(value);
            if (std::ranges::find(one.algorithms, name) == one.algorithms.end())
                one.algorithms.push_back(std::move(name));
        }
    });
    associations.push_back(std::move(one));
}

// Whether there is a socket of the kernel itself for the protocol: otherwise to open one would load
// a module.
bool is_served(int protocol) {
    // "sk Eth Pid ...", the number of those of the kernel is 0
    const auto text = read_text("/proc/thread-self/net/netlink", 16U << 20).value_or("");
    const auto lines = split(text, "\n");
    return std::ranges::any_of(lines, [&](std::string_view line) {
        const auto words = split(line, " ");
        return words.size() > 2 && words[1] == std::to_string(protocol) && words[2] == "0";
    });
}

} // namespace

bool read_associations(std::string_view datagram, std::vector<SecurityAssociation> &associations) {
    return each_message(datagram, [&](unsigned type, std::string_view message) {
        if (type == XFRM_MSG_NEWSA)
            read_association(message, associations);
    });
}

std::vector<SecurityAssociation> dump_associations() {
    constexpr std::size_t most = 100'000;
    // the question has no fixed part: it is an attribute, "of any protocol"
    struct Question {
        rtattr head;
        std::uint32_t protocol;
    };
    std::vector<SecurityAssociation> associations;
    if (!is_served(NETLINK_XFRM))
        return associations;
    const Question all{{sizeof(rtattr) + 1, XFRMA_PROTO}, 0};
    each_datagram(
        message_of(XFRM_MSG_GETSA, NLM_F_REQUEST | NLM_F_DUMP, all),
        [&](std::string_view answer) {
            return read_associations(answer, associations) && associations.size() < most;
        },
        NETLINK_XFRM);
    return associations;
}

} // namespace mk
