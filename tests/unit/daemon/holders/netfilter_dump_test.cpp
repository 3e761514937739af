// SPDX-License-Identifier: GPL-2.0-only
#include "holders/netfilter_dump.hpp"

#include <endian.h>
#include <gtest/gtest.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_compat.h>
#include <linux/netfilter/nfnetlink.h>

#include "system/rtnetlink.hpp"

namespace mk {
namespace {

using namespace rtnetlink;

std::string text(std::uint16_t type, const std::string &value) {
    return attribute_of(type, value + '\0');
}

std::string message(unsigned type, const std::string &attributes) {
    nfgenmsg body{};
    body.nfgen_family = NFPROTO_INET;
    return message_of(static_cast<std::uint16_t>(NFNL_SUBSYS_NFTABLES << 8 | type), 0, body,
                      attributes);
}

std::string expression(const std::string &name, const std::string &data = {}) {
    return attribute_of(NFTA_LIST_ELEM,
                        text(NFTA_EXPR_NAME, name) + attribute_of(NFTA_EXPR_DATA, data));
}

std::string rule() {
    const std::uint64_t handle = htobe64(4);
    return message(
        NFT_MSG_NEWRULE,
        text(NFTA_RULE_TABLE, "t") + text(NFTA_RULE_CHAIN, "c") +
            attribute_of(NFTA_RULE_HANDLE, {reinterpret_cast<const char *>(&handle), 8}) +
            attribute_of(NFTA_RULE_EXPRESSIONS,
                         expression("ct") + expression("match", text(NFTA_MATCH_NAME, "recent")) +
                             expression("objref", text(NFTA_OBJREF_IMM_NAME, "ftp"))));
}

TEST(NetfilterDump, ReadsRules) {
    std::vector<NetfilterItem> found;
    EXPECT_TRUE(read_netfilter(rule(), found));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].family, static_cast<unsigned>(NFPROTO_INET));
    EXPECT_EQ(found[0].table, "t");
    EXPECT_EQ(found[0].name, "c");
    EXPECT_EQ(found[0].handle, 4U);
    EXPECT_EQ(found[0].parts, (std::vector<std::string>{"ct", "match", "objref"}));
    EXPECT_EQ(found[0].extensions, std::vector<std::string>{"recent"});
    EXPECT_EQ(found[0].objects, std::vector<std::string>{"ftp"});
}

TEST(NetfilterDump, ReadsWhatExtensionsNeed) {
    const auto part = expression("target", text(NFTA_TARGET_NAME, "NFLOG") +
                                               attribute_of(NFTA_TARGET_INFO, "1234"));
    std::vector<NetfilterItem> found;
    EXPECT_TRUE(
        read_netfilter(message(NFT_MSG_NEWRULE, attribute_of(NFTA_RULE_EXPRESSIONS, part)), found));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].needs, std::vector<std::string>{"nfnetlink_log"});
}

TEST(NetfilterDump, ReadsChainsAndObjects) {
    const std::uint32_t helper = htobe32(NFT_OBJECT_CT_HELPER);
    std::vector<NetfilterItem> found;
    EXPECT_TRUE(read_netfilter(
        message(NFT_MSG_NEWCHAIN, text(NFTA_CHAIN_TABLE, "t") + text(NFTA_CHAIN_NAME, "n") +
                                      text(NFTA_CHAIN_TYPE, "nat")) +
            message(NFT_MSG_NEWOBJ,
                    text(NFTA_OBJ_TABLE, "t") + text(NFTA_OBJ_NAME, "o") +
                        attribute_of(NFTA_OBJ_TYPE, {reinterpret_cast<const char *>(&helper), 4}) +
                        attribute_of(NFTA_OBJ_DATA, text(NFTA_CT_HELPER_NAME, "ftp"))),
        found));
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].parts, std::vector<std::string>{"nat"});
    EXPECT_EQ(found[1].object_type, static_cast<unsigned>(NFT_OBJECT_CT_HELPER));
    EXPECT_EQ(found[1].extensions, std::vector<std::string>{"ftp"});
}

TEST(NetfilterDump, BelievesNothingThatIsCutShort) {
    const auto bytes = rule();
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        std::vector<NetfilterItem> found;
        read_netfilter(std::string_view(bytes).substr(0, size), found);
        EXPECT_TRUE(found.empty()) << size;
    }
}

} // namespace
} // namespace mk
