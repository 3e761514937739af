// SPDX-License-Identifier: GPL-2.0-only
// modkeeper policy boots, as far as it needs no driver and no policy.
#include <gtest/gtest.h>

#include "cli/run.hpp"

namespace mk::cli::test {
namespace {

TEST(PolicyBoots, WhereNoRulesWereAppliedNothingIsCounted) {
    const auto ran = run({"policy", "boots", "--count", "--json"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_NE(ran.out.find("\"unchanged\""), std::string::npos) << ran.out;
}

} // namespace
} // namespace mk::cli::test
