// SPDX-License-Identifier: GPL-2.0-only
#include "driver_client/abi_version.hpp"

#include <gtest/gtest.h>

#include <linux/modkeeper.h>

namespace mk::driver {
namespace {

TEST(Handshake, AcceptsEveryMinorOfOurMajor) {
    EXPECT_TRUE(check_version(MODKEEPER_ABI_MAJOR, MODKEEPER_ABI_MINOR));
    EXPECT_TRUE(check_version(MODKEEPER_ABI_MAJOR, 900));
}

TEST(Handshake, NamesTheOlderSideAndTheRemedy) {
    const auto older = check_version(MODKEEPER_ABI_MAJOR - 1, 4);
    ASSERT_FALSE(older);
    EXPECT_EQ(older.error().code, ErrorCode::DriverUnavailable);
    EXPECT_NE(older.error().message.find("the driver is older"), std::string::npos);
    EXPECT_NE(older.error().message.find("modprobe modkeeper"), std::string::npos);

    const auto newer = check_version(MODKEEPER_ABI_MAJOR + 1, 0);
    ASSERT_FALSE(newer);
    EXPECT_EQ(newer.error().code, ErrorCode::DriverUnavailable);
    EXPECT_NE(newer.error().message.find("this program is older"), std::string::npos);
}

} // namespace
} // namespace mk::driver
