// SPDX-License-Identifier: GPL-2.0-only
#include "cli/commands/policy/rule_place.hpp"

#include <gtest/gtest.h>

namespace mk::cli::test {
namespace {

TEST(RulePlace, IsTheFileAndTheLine) {
    const policy::KeptFiles text = {
        {{"/etc/modkeeper/policy.d/10-a.rules", "# x\ndeny load a id=cve\n"},
         {"/run/modkeeper/policy.d/20-b.rules", "deny load b\n"}},
        ""};
    EXPECT_EQ(place_of_rule(text, "cve"), "10-a.rules:2");
    EXPECT_EQ(place_of_rule(text, "20-b.rules:1"), "20-b.rules:1");
    EXPECT_EQ(place_of_rule(text, "gone"), "gone");
}

} // namespace
} // namespace mk::cli::test
