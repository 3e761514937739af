// SPDX-License-Identifier: GPL-2.0-only
#include "bus/utf8.hpp"

#include <gtest/gtest.h>

namespace mk::bus {
namespace {

TEST(Utf8, LeavesTextAlone) {
    for (std::string text : {"", "plain", "caf\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80"})
        EXPECT_EQ(utf8(text), text);
}

TEST(Utf8, ReplacesWhatIsNone) {
    EXPECT_EQ(utf8("a\xff"), "a?");
    EXPECT_EQ(utf8("\xc3"), "?");
    EXPECT_EQ(utf8("\xc0\xaf"), "??");
    EXPECT_EQ(utf8("\xed\xa0\x80"), "???");
    EXPECT_EQ(utf8("\xf4\x90\x80\x80"), "????");
    EXPECT_EQ(utf8(std::string("a\0b", 3)), "a?b");
}

} // namespace
} // namespace mk::bus
