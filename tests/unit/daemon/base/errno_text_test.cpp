// SPDX-License-Identifier: GPL-2.0-only
#include "base/errno_text.hpp"

#include <gtest/gtest.h>

#include <cerrno>

namespace mk {
namespace {

TEST(ErrnoText, HasTheNameOfManuals) {
    EXPECT_EQ(errno_text(ENODEV), "No such device (ENODEV)");
    EXPECT_EQ(errno_name(ENODEV), "ENODEV");
}

// A module's init may return what no system call should.
TEST(ErrnoText, KnowsWhatTheKernelKeepsToItself) {
    EXPECT_EQ(errno_text(517), "Driver wants to be probed again later (EPROBE_DEFER)");
    EXPECT_EQ(errno_name(524), "ENOTSUPP");
}

TEST(ErrnoText, GivesNoNameToWhatHasNone) {
    EXPECT_EQ(errno_name(4095), "");
    EXPECT_EQ(errno_text(4095), "Unknown error 4095");
}

} // namespace
} // namespace mk
