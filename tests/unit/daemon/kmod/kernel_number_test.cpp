// SPDX-License-Identifier: GPL-2.0-only
#include "kmod/kernel_number.hpp"

#include <gtest/gtest.h>

namespace mk {
namespace {

TEST(KernelNumber, HasTheKernelsBases) {
    EXPECT_EQ(kernel_number("12"), (KernelNumber{false, 12}));
    EXPECT_EQ(kernel_number("+12"), (KernelNumber{false, 12}));
    EXPECT_EQ(kernel_number("-0x1F"), (KernelNumber{true, 31}));
    EXPECT_EQ(kernel_number("017"), (KernelNumber{false, 15}));
    EXPECT_EQ(kernel_number("18446744073709551615"), (KernelNumber{false, UINT64_MAX}));
}

TEST(KernelNumber, TakesNothingElse) {
    for (const auto *text : {"", "-", "0x", "08", "1k", " 1", "1 ", "--1", "18446744073709551616"})
        EXPECT_FALSE(kernel_number(text)) << text;
}

// kstrtouint() refuses "-0", so the sign is told; as a value it is 0 all the same.
TEST(KernelNumber, KeepsTheSignOfZero) {
    ASSERT_TRUE(kernel_number("-0"));
    EXPECT_TRUE(kernel_number("-0")->negative);
    EXPECT_EQ(kernel_number("-0"), kernel_number("0"));
    EXPECT_NE(kernel_number("-1"), kernel_number("1"));
}

} // namespace
} // namespace mk
