// SPDX-License-Identifier: GPL-2.0-only
#include "policy/digest.hpp"

#include <gtest/gtest.h>

namespace mk::policy {
namespace {

TEST(Digest, IsSha256) {
    const auto digest = digest_of("abc"); // FIPS 180-2, appendix B
    ASSERT_TRUE(digest);
    EXPECT_EQ(digest.value(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    const auto bytes = bytes_of_digest(digest.value());
    EXPECT_EQ(bytes.front(), 0xba);
    EXPECT_EQ(bytes[1], 0x78);
    EXPECT_EQ(bytes.back(), 0xad);
}

TEST(Digest, WhatIsNoDigestHasNoBytes) {
    EXPECT_EQ(bytes_of_digest("")[0], 0);
    EXPECT_EQ(bytes_of_digest("ff")[0], 0xff);
    EXPECT_EQ(bytes_of_digest("ff")[1], 0);
}

} // namespace
} // namespace mk::policy
