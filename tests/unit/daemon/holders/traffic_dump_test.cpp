// SPDX-License-Identifier: GPL-2.0-only
#include "holders/traffic_dump.hpp"

#include <gtest/gtest.h>
#include <linux/pkt_cls.h>

#include <map>

#include "system/rtnetlink.hpp"

namespace mk {
namespace {

using namespace rtnetlink;

std::string text(std::uint16_t type, const std::string &value) {
    return attribute_of(type, value + '\0');
}

std::string qdisc(int interface, const std::string &kind) {
    tcmsg body{};
    body.tcm_ifindex = interface;
    body.tcm_parent = TC_H_ROOT;
    return message_of(RTM_NEWQDISC, 0, body, text(TCA_KIND, kind));
}

TEST(TrafficDump, ReadsDisciplinesUntilTheEnd) {
    std::vector<TrafficItem> found;
    EXPECT_TRUE(read_traffic(qdisc(2, "fq_codel") + qdisc(3, "sfq"), found));
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].name, "fq_codel");
    EXPECT_EQ(found[1].interface, 3);
    EXPECT_FALSE(read_traffic(message_of(NLMSG_DONE, 0, tcmsg{}), found));
    EXPECT_EQ(found.size(), 2U);
}

TEST(TrafficDump, ReadsFilters) {
    tcmsg body{};
    body.tcm_parent = TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS);
    body.tcm_info = 10U << 16 | 8;
    const std::uint32_t chain = 3;
    std::vector<TrafficItem> found;
    EXPECT_TRUE(read_traffic(
        message_of(RTM_NEWTFILTER, 0, body,
                   text(TCA_KIND, "u32") +
                       attribute_of(TCA_CHAIN, {reinterpret_cast<const char *>(&chain), 4}) +
                       attribute_of(TCA_OPTIONS, "bytes")),
        found));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].kind, TrafficItem::Kind::Filter);
    EXPECT_EQ(found[0].priority, 10U);
    EXPECT_EQ(found[0].chain, 3U);
    EXPECT_EQ(found[0].options, "bytes");
}

std::vector<TrafficItem> actions_in(const std::string &kind, std::uint16_t type,
                                    const std::string &parameters) {
    const auto times = attribute_of(type == 1 ? 2 : 1, std::string(32, '\x63'));
    const auto action = text(TCA_ACT_KIND, kind) +
                        attribute_of(TCA_ACT_OPTIONS, times + attribute_of(type, parameters) +
                                                          attribute_of(9, std::string(40, '\x63')));
    std::vector<TrafficItem> found;
    EXPECT_TRUE(read_traffic(
        message_of(RTM_NEWACTION, 0, tcamsg{}, attribute_of(TCA_ACT_TAB, attribute_of(1, action))),
        found));
    return found;
}

// Of kinds that have them in different places.
TEST(TrafficDump, ReadsActions) {
    const std::int32_t parameters[] = {7, 0, 2, 1, 1};
    const std::string bytes(reinterpret_cast<const char *>(parameters), sizeof parameters);
    for (const auto &[kind, type] : std::multimap<std::string, std::uint16_t>{
             {"gact", 2}, {"ct", 1}, {"nat", 1}, {"ctinfo", 3}, {"pedit", 4}, {"pedit", 2}}) {
        const auto found = actions_in(kind, type, bytes);
        ASSERT_EQ(found.size(), 1U);
        EXPECT_EQ(found[0].kind, TrafficItem::Kind::Action);
        EXPECT_EQ(found[0].name, kind);
        EXPECT_EQ(found[0].index, 7U) << kind;
        EXPECT_EQ(found[0].bound, 1) << kind;
        EXPECT_FALSE(found[0].options.empty());
    }
}

TEST(TrafficDump, ReadsLimits) {
    tc_police limit{};
    limit.index = 7;
    limit.bindcnt = 1;
    const auto found =
        actions_in("police", 1, {reinterpret_cast<const char *>(&limit), sizeof limit});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].index, 7U);
    EXPECT_EQ(found[0].bound, 1);
}

TEST(TrafficDump, BelievesNothingThatIsCutShort) {
    const auto bytes = qdisc(2, "fq_codel");
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        std::vector<TrafficItem> found;
        read_traffic(std::string_view(bytes).substr(0, size), found);
        EXPECT_TRUE(found.empty()) << size;
    }
}

TEST(TrafficDump, AsksTheKernel) {
    for (const auto &item : dump_traffic("gact"))
        EXPECT_FALSE(item.name.empty());
}

} // namespace
} // namespace mk
