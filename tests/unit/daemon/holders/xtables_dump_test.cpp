// SPDX-License-Identifier: GPL-2.0-only
#include "holders/xtables_dump.hpp"

#include <gtest/gtest.h>
#include <linux/netfilter/ipset/ip_set.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter_ipv4/ip_tables.h>

#include <cstring>

#include "system/rtnetlink.hpp"

namespace mk {
namespace {

std::string entry(const char *match, const char *target) {
    ipt_entry head{};
    xt_entry_match with{};
    xt_entry_target to{};
    std::strcpy(with.u.user.name, match);
    with.u.match_size = sizeof with;
    std::strcpy(to.u.user.name, target);
    to.u.target_size = sizeof to;
    head.target_offset = sizeof head + sizeof with;
    head.next_offset = static_cast<__u16>(head.target_offset + sizeof to);
    std::string bytes(head.next_offset, '\0');
    std::memcpy(bytes.data(), &head, sizeof head);
    std::memcpy(bytes.data() + sizeof head, &with, sizeof with);
    std::memcpy(bytes.data() + head.target_offset, &to, sizeof to);
    return bytes;
}

TEST(XtablesDump, ReadsMatchesAndTargets) {
    std::vector<XtablesRule> rules;
    read_xtables(entry("limit", "MARK") + entry("recent", ""), false, "filter", rules);
    ASSERT_EQ(rules.size(), 2U);
    EXPECT_EQ(rules[0].parts, (std::vector<std::string>{"limit", "MARK"}));
    EXPECT_EQ(rules[1].parts, std::vector<std::string>{"recent"});
    EXPECT_EQ(rules[1].number, 2U);
    EXPECT_EQ(rules[1].tool, "iptables-legacy");
}

TEST(XtablesDump, ReadsWhatTheyNeed) {
    std::vector<XtablesRule> rules;
    read_xtables(entry("nfacct", "LOG"), false, "filter", rules);
    ASSERT_EQ(rules.size(), 1U);
    EXPECT_EQ(rules[0].needs, (std::vector<std::string>{"nfnetlink_acct", "nf_log_syslog"}));
}

TEST(XtablesDump, BelievesNothingThatIsCutShort) {
    const auto bytes = entry("limit", "MARK");
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        std::vector<XtablesRule> rules;
        read_xtables(std::string_view(bytes).substr(0, size), false, "filter", rules);
        EXPECT_TRUE(rules.empty()) << size;
    }
    for (std::size_t place = 0; place < bytes.size(); ++place) { // whatever the lengths say
        auto wrong = bytes;
        wrong[place] = static_cast<char>(0xff);
        std::vector<XtablesRule> rules;
        read_xtables(wrong, false, "filter", rules);
        read_xtables(wrong, true, "filter", rules);
    }
}

TEST(IpSets, AreReadOnceEach) {
    using namespace rtnetlink;
    const auto set = message_of(NFNL_SUBSYS_IPSET << 8 | IPSET_CMD_LIST, 0, nfgenmsg{},
                                attribute_of(IPSET_ATTR_SETNAME, std::string("a\0", 2)) +
                                    attribute_of(IPSET_ATTR_TYPENAME, std::string("hash:ip\0", 8)));
    std::vector<IpSet> sets;
    EXPECT_TRUE(read_ip_sets(set + set, sets));
    EXPECT_EQ(sets, (std::vector<IpSet>{{"a", "hash:ip"}}));
}

} // namespace
} // namespace mk
