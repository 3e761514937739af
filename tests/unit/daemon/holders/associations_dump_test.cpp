// SPDX-License-Identifier: GPL-2.0-only
#include "holders/associations_dump.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <linux/xfrm.h>

#include <cstring>

#include "system/rtnetlink.hpp"

namespace mk {
namespace {

using namespace rtnetlink;

std::string algorithm(std::uint16_t type, const char *name) {
    xfrm_algo algorithm{};
    std::strcpy(algorithm.alg_name, name);
    algorithm.alg_key_len = 32;
    return attribute_of(
        type, std::string(reinterpret_cast<const char *>(&algorithm), sizeof algorithm) + "key!");
}

xfrm_usersa_info association() {
    xfrm_usersa_info body{};
    body.family = AF_INET;
    body.saddr.a4 = htonl(0x0a000001);
    body.id.daddr.a4 = htonl(0x0a000002);
    body.id.proto = IPPROTO_ESP;
    body.id.spi = htonl(0x100);
    return body;
}

TEST(AssociationsDump, ReadsWhoseTheyAreAndTheirAlgorithms) {
    const xfrm_mark mark{0x5, 0xff};
    const auto message = message_of(
        XFRM_MSG_NEWSA, 0, association(),
        algorithm(XFRMA_ALG_AUTH, "hmac(sha256)") +
            algorithm(XFRMA_ALG_AUTH_TRUNC, "hmac(sha256)") +
            algorithm(XFRMA_ALG_CRYPT, "cbc(aes)") +
            attribute_of(XFRMA_MARK, {reinterpret_cast<const char *>(&mark), sizeof mark}));
    std::vector<SecurityAssociation> found;
    EXPECT_TRUE(read_associations(message, found));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0], (SecurityAssociation{AF_INET,
                                             "10.0.0.1",
                                             "10.0.0.2",
                                             IPPROTO_ESP,
                                             0x100,
                                             0x5,
                                             0xff,
                                             {"hmac(sha256)", "cbc(aes)"}}));
}

TEST(AssociationsDump, StandsWhatIsCutShort) {
    auto whole = message_of(XFRM_MSG_NEWSA, 0, association());
    std::vector<SecurityAssociation> found;
    EXPECT_FALSE(read_associations(whole.substr(0, whole.size() - 8), found));
    EXPECT_TRUE(read_associations(message_of(XFRM_MSG_NEWSA, 0, 0), found));
    EXPECT_TRUE(found.empty());
    dump_associations(); // whatever this machine has
}

} // namespace
} // namespace mk
