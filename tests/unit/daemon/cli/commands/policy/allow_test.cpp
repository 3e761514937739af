// SPDX-License-Identifier: GPL-2.0-only
// modkeeper policy allow and revoke, as far as they need no driver.
#include <gtest/gtest.h>

#include "cli/commands/policy/policy.hpp"
#include "cli/run.hpp"

namespace mk::cli::test {
namespace {

void expect_refused(std::vector<std::string> words, const std::string &why) {
    words.insert(words.begin(), "policy");
    const auto ran = run(words);
    EXPECT_NE(ran.status, 0) << words[1];
    EXPECT_NE(ran.err.find(why), std::string::npos) << ran.err;
}

TEST(PolicyAllow, ItIsSaidForHowLong) {
    expect_refused({"allow", "x"}, "say for how long (--for TIME, --once or --boot), or why");
    expect_refused({"allow", "x", "--once", "--reason", "y"}, "--reason and --until are of a rule");
    expect_refused({"allow", "x", "--request", "--reason", "y"}, "--request goes with --for");
    expect_refused({"allow", "x", "--once", "--boot"}, "--boot goes with neither --for nor --once");
    expect_refused({"allow", "x", "--for", "1m", "--boot"}, "--boot goes with neither");
    for (const char *time : {"10", "m", "0m", "-1m", "10 m", "10min", "9999999999999s"})
        expect_refused({"allow", "x", "--for", time},
                       " is no time: it is a number with s, m, h or d");
}

TEST(PolicyAllow, APermissionIsRevokedAlone) {
    expect_refused({"revoke", "3", "4"}, "one at a time");
    expect_refused({"revoke", "dummy", "3"}, "one at a time");
}

TEST(PolicyAllow, APermissionIsShownWithWhatIsLeftOfIt) {
    driver::Permission permission{3, "rxrpc", driver::PolicyGate::Load, 0, 0};
    EXPECT_EQ(text_of(permission), "3: rxrpc, as long as the driver is loaded");
    permission.uses_left = 1;
    EXPECT_EQ(text_of(permission), "3: rxrpc, for 1 load");
    permission.gate = driver::PolicyGate::Request;
    permission.uses_left = 2;
    EXPECT_EQ(text_of(permission), "3: requests for rxrpc, for 2 requests");
    permission.until_boottime_ns = 1; // long ago
    EXPECT_EQ(text_of(permission), "3: requests for rxrpc, for 0 s, for 2 requests");
    const auto json = json_of(permission);
    EXPECT_EQ(json["permission"], 3);
    EXPECT_EQ(json["permission_name"], "rxrpc");
    EXPECT_EQ(json["gate"], "request");
    EXPECT_EQ(json["uses_left"], 2);
    permission.until_boottime_ns = 0;
    permission.uses_left = 0;
    EXPECT_TRUE(json_of(permission)["until_boottime_ns"].is_null());
    EXPECT_TRUE(json_of(permission)["uses_left"].is_null());
}

} // namespace
} // namespace mk::cli::test
