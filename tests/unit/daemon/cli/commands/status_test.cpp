// SPDX-License-Identifier: GPL-2.0-only
// status with a daemon and without.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/fake_manager.hpp"
#include "cli/run.hpp"

namespace mk::cli::test {
namespace {

TEST(Status, TakesPropertiesItDoesNotKnowInItsStride) {
    FakeManager manager;
    const Ran ran = run({"status", "--json"});
    const auto status = nlohmann::json::parse(ran.out);
    EXPECT_EQ(status["daemon"]["connected"], true);
    EXPECT_EQ(status["daemon"]["version"], "9.9");
    EXPECT_EQ(status["daemon"]["event_source"], "uevents");
    EXPECT_EQ(status["daemon"]["kernel_release"], nullptr);
}

TEST(Status, WithoutTheDaemonIsEight) {
    FakeManager manager;
    manager.error_name = "org.freedesktop.DBus.Error.ServiceUnknown";
    const Ran ran = run({"status"});
    EXPECT_EQ(ran.status, 8);
    EXPECT_NE(ran.out.find("not running"), std::string::npos);
    EXPECT_NE(ran.err.find("systemctl start modkeeperd"), std::string::npos);
}

TEST(Status, WhoMayNotAskIsNotToldThatItDoesNotRun) {
    FakeManager manager;
    manager.error_name = "org.freedesktop.DBus.Error.AccessDenied";
    const Ran ran = run({"status"});
    EXPECT_EQ(ran.status, 4);
    EXPECT_EQ(ran.out.find("not running"), std::string::npos) << ran.out;
    EXPECT_NE(ran.out.find("not reachable"), std::string::npos) << ran.out;
    EXPECT_NE(ran.err.find("not authorized: said the daemon"), std::string::npos) << ran.err;
}

TEST(Status, OnlyAsksARunningDaemon) {
    FakeManager manager;
    EXPECT_NE(run({"status"}).status, 8);
    EXPECT_FALSE(manager.interactive);
}

} // namespace
} // namespace mk::cli::test
