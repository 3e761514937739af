// SPDX-License-Identifier: GPL-2.0-only
#include "base/user_name.hpp"

#include <gtest/gtest.h>

namespace mk {
namespace {

TEST(UserName, IsThatOfTheAccountOrANumber) {
    EXPECT_EQ(user_text(0), "root");
    EXPECT_EQ(user_text(4'294'000'001), "user 4294000001");
}

} // namespace
} // namespace mk
