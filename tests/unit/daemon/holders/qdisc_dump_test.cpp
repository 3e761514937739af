// SPDX-License-Identifier: GPL-2.0-only
#include "holders/qdisc_dump.hpp"

#include <gtest/gtest.h>
#include <linux/rtnetlink.h>

#include <cstring>

namespace mk {
namespace {

std::string message(std::uint16_t type, int interface, const std::string &kind) {
    nlmsghdr head{};
    tcmsg body{};
    rtattr attribute{};
    body.tcm_ifindex = interface;
    attribute.rta_type = TCA_KIND;
    attribute.rta_len = static_cast<unsigned short>(sizeof(attribute) + kind.size() + 1);
    auto padded = kind + '\0';
    padded.resize((padded.size() + 3) / 4 * 4);
    head.nlmsg_type = type;
    head.nlmsg_len =
        static_cast<std::uint32_t>(sizeof(head) + sizeof(body) + sizeof(attribute) + padded.size());
    std::string bytes(sizeof(head) + sizeof(body) + sizeof(attribute), '\0');
    std::memcpy(bytes.data(), &head, sizeof(head));
    std::memcpy(bytes.data() + sizeof(head), &body, sizeof(body));
    std::memcpy(bytes.data() + sizeof(head) + sizeof(body), &attribute, sizeof(attribute));
    return bytes + padded;
}

TEST(QdiscDump, ReadsThemUntilTheEnd) {
    std::vector<Qdisc> found;
    const auto bytes = message(RTM_NEWQDISC, 2, "fq_codel") + message(RTM_NEWQDISC, 3, "sfq");
    EXPECT_TRUE(read_qdiscs(bytes, found));
    const std::vector<Qdisc> both = {{"fq_codel", 2}, {"sfq", 3}};
    EXPECT_EQ(found, both);
    const auto end = message(NLMSG_DONE, 0, "sfq");
    EXPECT_FALSE(read_qdiscs(end, found));
    EXPECT_EQ(found.size(), 2U);
}

TEST(QdiscDump, BelievesNothingThatIsCutShort) {
    const auto bytes = message(RTM_NEWQDISC, 2, "fq_codel");
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        std::vector<Qdisc> found;
        read_qdiscs(std::string_view(bytes).substr(0, size), found);
        EXPECT_TRUE(found.empty()) << size;
    }
}

TEST(QdiscDump, AsksTheKernel) {
    for (const auto &qdisc : dump_qdiscs())
        EXPECT_FALSE(qdisc.kind.empty());
}

} // namespace
} // namespace mk
