// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"

namespace mk {
namespace {

class XtablesTest : public testing::Test {
  protected:
    XtablesTest() {
        for (std::size_t number = 1; number <= 5; ++number)
            network.xtables.push_back({"iptables-legacy", "filter", number, {}, {}});
        network.xtables[0].parts = {"limit", "MARK"};
        network.sets = {{"my set", "hash:ip"}};
        network.services = {{"TCP 0A000001:0050", "rr"}};
    }
    std::vector<Holder> found(const std::string &module, std::vector<std::string> aliases = {}) {
        auto search = root.search(module);
        search.aliases = std::move(aliases);
        search.networks = {network};
        return test::found_by(find_xtables, search);
    }
    test::HolderRoot root;
    Network network;
};

TEST_F(XtablesTest, FindsRulesAndTheirTable) {
    const auto all = found("xt_limit");
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].remedy, "iptables-legacy -t filter -F && iptables-legacy -t filter -X");
    EXPECT_EQ(found("xt_mark", {"ipt_MARK"}).size(), 1U);
    EXPECT_TRUE(found("xt_mark", {"ip6t_MARK"}).empty());
    EXPECT_EQ(found("iptable_filter").size(), 1U);
    network.xtables.resize(4); // the ends of its chains only
    EXPECT_TRUE(found("iptable_filter").empty());
}

TEST_F(XtablesTest, FindsWhatRulesNameBesides) {
    network.xtables[1].needs = {"nfct-helper-mine", "nfnetlink_cttimeout"};
    network.policies = {{"short"}, {"mine"}};
    EXPECT_EQ(found("nf_conntrack_mine", {"nfct-helper-mine"}).at(0).references, 1U);
    EXPECT_TRUE(found("nf_conntrack_ftp", {"nfct-helper-ftp"}).empty());
    network.policies.timeouts.clear();
    EXPECT_EQ(found("nfnetlink_cttimeout").size(), 1U);
    EXPECT_EQ(found("nfnetlink_cthelper").size(), 1U);
    network.policies = {{"my short"}, {}};
    EXPECT_TRUE(found("nfnetlink_cthelper").empty());
    const auto timeouts = found("nfnetlink_cttimeout");
    ASSERT_EQ(timeouts.size(), 2U);
    EXPECT_EQ(timeouts[1].what, "the timeout policy \"my short\" of connections");
    EXPECT_EQ(timeouts[1].remedy, "nfct delete timeout 'my short'");
}

TEST_F(XtablesTest, FindsSetsAndServices) {
    EXPECT_EQ(found("ip_set_hash_ip", {"ip_set_hash:ip"}).at(0).remedy, "ipset destroy 'my set'");
    network.sets.at(0).name = "-q";
    EXPECT_EQ(found("ip_set_hash_ip", {"ip_set_hash:ip"}).at(0).remedy, "") << "not even a prefix";
    EXPECT_EQ(found("ip_vs_rr").size(), 1U);
    EXPECT_EQ(found("ip_vs").size(), 1U);
    EXPECT_TRUE(found("ip_vs_wlc").empty());
}

} // namespace
} // namespace mk
