// SPDX-License-Identifier: GPL-2.0-only
#include "driver_client/wire.hpp"

#include <gtest/gtest.h>

namespace mk::driver {
namespace {

Bytes bytes_of(const std::string &text) {
    return {reinterpret_cast<const std::byte *>(text.data()), text.size()};
}

const std::string whole("headabc\0de\0", 11);

TEST(Wire, ShortFixedPartIsFilledWithZero) {
    const std::string two("\x01\x02", 2);
    EXPECT_EQ(fixed_part<std::uint32_t>(bytes_of(two)), 0x0201U);
    EXPECT_EQ(fixed_part<std::uint32_t>({}), 0U);
}

TEST(Wire, TextsLieBehindTheFixedPartAndEndWithNul) {
    EXPECT_EQ(text_of(bytes_of(whole), 4, {4, 3}), "abc");
    EXPECT_EQ(text_of(bytes_of(whole), 4, {8, 2}), "de");
    EXPECT_EQ(text_of(bytes_of(whole), 4, {0, 0}), "");
    EXPECT_EQ(text_of(bytes_of(whole), 4, {7, 0}), "");
    EXPECT_EQ(text_of(bytes_of(whole), 5, {4, 3}), std::nullopt);
    EXPECT_EQ(text_of(bytes_of(whole), 4, {4, 2}), std::nullopt);
    EXPECT_EQ(text_of(bytes_of(whole), 4, {4, 6}), std::nullopt);
    EXPECT_EQ(text_of(bytes_of(whole), 4, {8, 3}), std::nullopt);
    EXPECT_EQ(text_of(bytes_of(whole), 4, {11, 0}), std::nullopt);
    EXPECT_EQ(text_of(bytes_of(whole), 4, {5, 0xffffffffU}), std::nullopt);
}

} // namespace
} // namespace mk::driver
