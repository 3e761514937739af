// SPDX-License-Identifier: GPL-2.0-only
// modkeeper policy seal, as far as it needs no driver.
#include <gtest/gtest.h>

#include "cli/run.hpp"

namespace mk::cli::test {
namespace {

TEST(PolicySeal, WithoutADriverItSaysWhy) {
    const auto ran = run({"policy", "seal", "--yes"});
    EXPECT_NE(ran.status, 0);
    EXPECT_FALSE(ran.err.empty());
    EXPECT_TRUE(ran.out.empty()) << ran.out;
}

} // namespace
} // namespace mk::cli::test
