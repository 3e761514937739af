// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"
#include "fixtures/module_names.hpp"

namespace mk {
namespace {

class NetfilterTest : public testing::Test {
  protected:
    NetfilterTest() {
        NetfilterItem rule;
        rule.family = 1; // inet
        rule.table = "t";
        rule.name = "c";
        rule.handle = 4;
        rule.parts = {"ct", "ct", "log", "match"};
        rule.extensions = {"recent"};
        rule.objects = {"ftp"};
        NetfilterItem chain;
        chain.kind = NetfilterItem::Kind::Chain;
        chain.family = 1;
        chain.table = "t";
        chain.name = "n";
        chain.parts = {"nat"};
        NetfilterItem object;
        object.kind = NetfilterItem::Kind::Object;
        object.family = 1;
        object.table = "t";
        object.name = "ftp";
        object.object_type = 3;
        object.extensions = {"ftp"};
        network.netfilter = {rule, chain, object};
    }
    std::vector<Holder> found(const std::string &module, std::vector<std::string> aliases) {
        auto search = root.search(module);
        search.aliases = std::move(aliases);
        search.networks = {network};
        return test::found_by(find_netfilter, search);
    }
    test::HolderRoot root;
    Network network;
};

TEST_F(NetfilterTest, FindsRulesByTheirExpressions) {
    const auto all = found("nft_ct", {"nft-expr-ct"});
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].references, 2U);
    EXPECT_EQ(all[0].remedy, "nft delete rule inet t c handle 4");
    EXPECT_EQ(found("nft_reject_inet", {"nft-expr-1-ct"}).size(), 1U);
    EXPECT_TRUE(found("nft_reject_ipv4", {"nft-expr-2-ct"}).empty());
    EXPECT_EQ(found("xt_recent", {}).size(), 1U);
    EXPECT_EQ(found("xt_other", {"ipt_recent"}).size(), 1U);
    EXPECT_EQ(found("nf_log_syslog", {}).at(0).references, 2U); // IPv4 and IPv6
}

TEST_F(NetfilterTest, FindsWhatRulesNameBesides) {
    network.netfilter[0].needs = {"nfct-helper-mine", "ts_bm", "nfnetlink_acct"};
    EXPECT_EQ(found("ts_bm", {}).at(0).references, 1U);
    EXPECT_EQ(found("nfnetlink_acct", {}).size(), 1U);
    EXPECT_EQ(found("nf_conntrack_mine", {"nfct-helper-mine"}).at(0).references, 1U);
    EXPECT_TRUE(found("nfnetlink_cthelper", {}).empty());
    network.policies.helpers = {"mine", "ftp"}; // programs are these
    const auto all = found("nfnetlink_cthelper", {});
    ASSERT_EQ(all.size(), 3U); // the rule, and the object after the rule that names it
    EXPECT_EQ(all[0].references + all[1].references + all[2].references, 3U);
    EXPECT_TRUE(found("nfnetlink_log", {}).empty());
    network.netfilter[0].objects.emplace_back("a group");
    EXPECT_EQ(found("nfnetlink_log", {}).at(0).references, 2U);
    EXPECT_TRUE(found("nf_log_syslog", {}).empty());
}

TEST_F(NetfilterTest, FindsChainsAndObjects) {
    const auto chains = found("nft_chain_nat", {"nft-chain-1-nat"});
    ASSERT_EQ(chains.size(), 1U);
    EXPECT_EQ(chains[0].remedy, "nft 'flush chain inet t n; delete chain inet t n'");
    const auto objects = found("nf_conntrack_ftp", {"nfct-helper-ftp"});
    ASSERT_EQ(objects.size(), 2U);
    EXPECT_EQ(objects[0].references, 0U); // the rule that names it goes first
    EXPECT_EQ(objects[1].references, 2U); // for IPv4 and for IPv6
    EXPECT_EQ(objects[1].remedy, "nft delete ct helper inet t ftp");
}

TEST_F(NetfilterTest, FindsTablesOfFlows) {
    NetfilterItem table;
    table.kind = NetfilterItem::Kind::FlowTable;
    table.family = 1;
    table.table = "t";
    table.name = "ftp"; // which a rule names
    network.netfilter.push_back(table);
    const auto all = found("nf_flow_table_inet", {"nf-flowtable-1"});
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].references, 0U);
    EXPECT_EQ(all[1].references, 1U);
    EXPECT_EQ(all[1].what, "the flow table inet t ftp of nftables");
    EXPECT_EQ(all[1].remedy, "nft delete flowtable inet t ftp");
}

TEST_F(NetfilterTest, NfTablesHoldsItselfForWhatNoOtherModuleHas) {
    network.netfilter[0].parts = {"meta", "cmp", "objref"};
    network.netfilter[1].parts = {"filter"};
    auto search = root.search("nf_tables");
    search.networks = {network};
    const auto references = [&] {
        std::uint32_t sum = 0;
        for (const auto &holder : test::found_by(find_netfilter, search))
            sum += holder.references;
        return sum;
    };
    EXPECT_EQ(references(), 4U);
    search.loaded.emplace_back().name = "nft_objref"_module;
    EXPECT_EQ(references(), 3U);
}

} // namespace
} // namespace mk
