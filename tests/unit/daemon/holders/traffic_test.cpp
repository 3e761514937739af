// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include <linux/pkt_cls.h>
#include <linux/tc_act/tc_ct.h>

#include "fixtures/holder_root.hpp"
#include "system/rtnetlink.hpp"

namespace mk {
namespace {

TrafficItem item(TrafficItem::Kind kind, const std::string &name) {
    TrafficItem item;
    item.kind = kind;
    item.name = name;
    item.interface = 2;
    item.interface_name = "mk0";
    item.parent = 0xffffffff; // TC_H_ROOT
    item.handle = 0x10000;
    return item;
}

using Kind = TrafficItem::Kind;

TEST(Traffic, TellsTheDisciplinesOfTheModule) {
    test::HolderRoot root;
    auto search = root.search("sch_ingress");
    auto ingress = item(Kind::Qdisc, "ingress");
    ingress.parent = 0xfffffff1;
    auto gone = item(Kind::Qdisc, "clsact");
    gone.interface_name.clear();
    search.networks = {{}};
    search.networks[0].traffic = {ingress, gone, item(Kind::Qdisc, "sfq")};
    const auto found = test::found_by(find_traffic, search);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].kind, HolderKind::Qdisc);
    EXPECT_EQ(found[0].what, "ingress");
    EXPECT_EQ(found[0].through, "on mk0");
    EXPECT_EQ(found[0].remedy, "tc qdisc del dev mk0 ingress");
    EXPECT_EQ(found[1].through, "on an interface");
}

TEST(Traffic, OneThatTheKernelMadeIsReplaced) {
    test::HolderRoot root;
    auto search = root.search("sch_sfq");
    auto made = item(Kind::Qdisc, "sfq");
    made.handle = 0;
    search.networks = {{}};
    search.networks[0].where = "in the network namespace nn";
    search.networks[0].prefix = "ip netns exec nn ";
    search.networks[0].traffic = {made};
    const auto found = test::found_by(find_traffic, search);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].through, "on mk0 in the network namespace nn");
    EXPECT_EQ(found[0].remedy, "ip netns exec nn tc qdisc replace dev mk0 root pfifo_fast");
}

TEST(Traffic, FiltersOfAPriorityAreOne) {
    test::HolderRoot root;
    auto search = root.search("cls_u32");
    auto filter = item(Kind::Filter, "u32");
    filter.parent = 0xffff0000;
    filter.priority = 10;
    auto other = filter;
    other.priority = 11;
    other.chain = 3;
    search.networks = {{}};
    search.networks[0].traffic = {filter, filter, other};
    const auto found = test::found_by(find_traffic, search);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].kind, HolderKind::Filter);
    EXPECT_EQ(found[0].remedy, "tc filter del dev mk0 parent ffff:0 prio 10");
    EXPECT_EQ(found[1].remedy, "tc filter del dev mk0 parent ffff:0 chain 3 prio 11");
}

TEST(Traffic, AnActionGoesWithItsFilter) {
    test::HolderRoot root;
    auto search = root.search("act_mirred");
    auto filter = item(Kind::Filter, "u32");
    filter.options = std::string("\0\1mirred\0", 9);
    auto action = item(Kind::Action, "mirred");
    action.index = 7;
    action.bound = 1;
    search.networks = {{}};
    search.networks[0].traffic = {filter, action};
    auto found = test::found_by(find_traffic, search);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].references, 0U);
    EXPECT_FALSE(found[0].remedy.empty());
    EXPECT_EQ(found[1].references, 1U);
    EXPECT_EQ(found[1].remedy, "");
    search.networks[0].traffic[1].bound = 0;
    found = test::found_by(find_traffic, search);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].remedy, "tc actions del action mirred index 7");
}

TEST(Traffic, ATableOfConnectionsHoldsItsAction) {
    using rtnetlink::attribute_of;
    test::HolderRoot root;
    auto search = root.search("act_ct");
    auto in_zone = item(Kind::Action, "ct");
    const std::uint16_t zone = 5;
    in_zone.options = attribute_of(TCA_CT_ZONE, {reinterpret_cast<const char *>(&zone), 2});
    search.networks = {{}};
    search.networks[0].traffic = {in_zone, in_zone, item(Kind::Action, "ct")};
    const auto found = test::found_by(find_traffic, search);
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].references, 2U);
    EXPECT_EQ(found[1].references, 1U); // the same zone
    EXPECT_EQ(found[2].references, 2U); // that of all who name none
}

TEST(Traffic, AFilterHoldsWhatItsConditionsAreOf) {
    using rtnetlink::attribute_of;
    tcf_ematch_hdr of_bytes{};
    of_bytes.kind = TCF_EM_CMP;
    const auto condition =
        attribute_of(1, {reinterpret_cast<const char *>(&of_bytes), sizeof of_bytes});
    const auto tree = attribute_of(TCA_EMATCH_TREE_LIST, condition + condition);
    test::HolderRoot root;
    auto search = root.search("em_cmp");
    search.aliases = {"ematch-kind-1"};
    auto filter = item(Kind::Filter, "basic");
    filter.options = attribute_of(TCA_BASIC_EMATCHES, tree);
    auto other = filter;
    other.name = "u32"; // has something else at that place
    other.priority = 7;
    search.networks = {{}};
    search.networks[0].traffic = {filter, other};
    const auto found = test::found_by(find_traffic, search);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].what, "basic");
    EXPECT_EQ(found[0].references, 2U);
    search.aliases = {"ematch-kind-2"};
    EXPECT_TRUE(test::found_by(find_traffic, search).empty());
}

} // namespace
} // namespace mk
