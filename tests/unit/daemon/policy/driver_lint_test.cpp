// SPDX-License-Identifier: GPL-2.0-only
#include "policy/driver_lint.hpp"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "driver_client/driver_client.hpp"
#include "policy/rule_parser.hpp"

namespace mk::policy {
namespace {

using driver::Feature;

constexpr auto every = ~std::uint64_t{0};

// Where findings are: "line:column".
std::vector<std::string> found(std::string_view text, std::uint64_t features) {
    Policy policy;
    Findings findings;
    parse_rules(text, "f", policy, findings);
    EXPECT_TRUE(findings.empty()) << text;
    lint_for_driver(policy, features, findings);
    std::vector<std::string> places;
    for (const auto &finding : findings) {
        EXPECT_FALSE(finding.is_error());
        places.push_back(fmt::format("{}:{}", finding.place.line, finding.place.column));
    }
    return places;
}

std::uint64_t without(Feature feature) {
    return every & ~static_cast<std::uint64_t>(feature);
}

using Places = std::vector<std::string>;

constexpr const char *rules = "deny load a if from-memory and signed\n"
                              "deny load b if not on-root-device and path=/tmp/*\n"
                              "deny load c if for unprivileged and by uid=7\n"
                              "deny request d if by unprivileged\n";

TEST(DriverLint, ADriverThatSeesEverythingIsLeftAlone) {
    EXPECT_EQ(found(rules, every), Places());
    EXPECT_EQ(found("deny load a if signed and by container\n", 0), Places());
}

TEST(DriverLint, WhatIsNotSeenNeverHolds) {
    EXPECT_EQ(found(rules, without(Feature::Calls)), (Places{"1:16", "2:20", "2:39", "3:16"}));
    EXPECT_EQ(found(rules, without(Feature::Files)), (Places{"2:20", "2:39"}));
    EXPECT_EQ(found(rules, without(Feature::Requests)), (Places{"3:16"}));
    EXPECT_EQ(found(rules, without(Feature::RequestGate)), (Places{"4:1"}));
}

// The daemon states for whom it loads, whatever the driver sees.
TEST(DriverLint, ARuleForClientsStillHolds) {
    Policy policy;
    Findings findings;
    parse_rules("deny load a if not for login\n", "f", policy, findings);
    lint_for_driver(policy, without(Feature::Requests), findings);
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_NE(findings[0].text().find("\"not for login\" does not apply to such loads"),
              std::string::npos)
        << findings[0].text();
}

} // namespace
} // namespace mk::policy
