// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>
#include <netinet/in.h>

#include "fixtures/holder_root.hpp"
#include "fixtures/module_names.hpp"

namespace mk {
namespace {

class IpsecTest : public testing::Test {
  protected:
    IpsecTest() : search(root.search("esp4")) {
        search.aliases = {"xfrm-type-2-50"};
        search.networks = {{}, {}};
        search.networks[0].associations = {
            {AF_INET, "10.0.0.1", "10.0.0.2", IPPROTO_ESP, 0x100, 0, 0, {"hmac(sha1)", "cbc(aes)"}},
            {AF_INET6, "fc00::1", "fc00::2", IPPROTO_ESP, 0x101, 0, 0, {"rfc4106(gcm(aes))"}}};
        search.networks[1].where = "in the network namespace nn";
        search.networks[1].prefix = "ip netns exec nn ";
        search.networks[1].associations = {
            {AF_INET, "10.0.0.3", "10.0.0.4", IPPROTO_ESP, 0x102, 5, 255, {"cbc(des)"}},
            {AF_INET, "10.0.0.3", "10.0.0.4", IPPROTO_AH, 0x103, 0, 0, {"hmac(sha256)"}}};
    }
    test::HolderRoot root;
    HolderSearch search;
};

TEST_F(IpsecTest, AnAssociationHoldsItsProtocol) {
    const auto found = test::found_by(find_associations, search);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].kind, HolderKind::Ipsec);
    EXPECT_EQ(found[0].what, "esp from 10.0.0.1 to 10.0.0.2 with SPI 0x00000100");
    EXPECT_EQ(found[0].references, 1U);
    EXPECT_EQ(found[0].remedy,
              "ip xfrm state delete src 10.0.0.1 dst 10.0.0.2 proto esp spi 0x100");
    EXPECT_EQ(found[1].through, "in the network namespace nn");
    EXPECT_EQ(found[1].remedy, "ip netns exec nn ip xfrm state delete src 10.0.0.3 dst 10.0.0.4 "
                               "proto esp spi 0x102 mark 0x5 mask 0xff");
}

TEST_F(IpsecTest, AnAssociationUsesAlgorithms) {
    const auto with = [&](const std::string &name) {
        HolderList list{"module"_module, 1, {}, {}};
        find_associations_with(search, {name}, list);
        std::vector<std::string> found;
        for (const auto &holder : list.holders) {
            EXPECT_EQ(holder.references, 0U);
            found.push_back(holder.what.substr(holder.what.size() - 3));
        }
        return found;
    };
    using Found = std::vector<std::string>;
    EXPECT_EQ(with("echainiv(authenc(hmac(sha1),cbc(aes)))"), (Found{"100"}));
    EXPECT_EQ(with("authenc(hmac(sha256),cbc(aes))"), Found()); // one signs, another encrypts
    EXPECT_EQ(with("sha256"), (Found{"103"}));
    EXPECT_EQ(with("seqiv(rfc4106(gcm(aes)))"), (Found{"101"}));
    EXPECT_EQ(with("stdrng"), Found());
    EXPECT_EQ(with(""), Found());
}

} // namespace
} // namespace mk
