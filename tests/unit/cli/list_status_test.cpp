// SPDX-License-Identifier: GPL-2.0-only
// list and status with a daemon and without.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "fake_manager.hpp"
#include "run.hpp"

namespace mk::cli::test {
namespace {

TEST(List, ShowsTheDaemonsModulesByName) {
    FakeManager manager;
    const Ran ran = run({"list"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(ran.err, "");
    EXPECT_EQ(ran.out, "NAME         SIZE  REFS  STATE   USED BY\n"
                       "dummy       16.0K     0  coming\n"
                       "udp_tunnel  20.0K     1  live    wireguard\n");
}

TEST(List, TellsInJson) {
    FakeManager manager;
    const Ran ran = run({"list", "--json"});
    EXPECT_EQ(ran.status, 0);
    const auto list = nlohmann::json::parse(ran.out);
    ASSERT_EQ(list.size(), 2U);
    EXPECT_EQ(list[1]["name"], "udp_tunnel");
    EXPECT_EQ(list[1]["state"], "live");
    EXPECT_EQ(list[1]["size"], 20480);
    EXPECT_EQ(list[1]["references"], 1);
    EXPECT_EQ(list[1]["used_by"], nlohmann::json::array({"wireguard"}));
}

TEST(List, WithoutTheDaemonSaysWhereItLooked) {
    FakeManager manager;
    manager.error_name = "org.freedesktop.DBus.Error.ServiceUnknown";
    const Ran ran = run({"list"});
    EXPECT_NE(ran.err.find("modkeeperd is not running"), std::string::npos) << ran.err;
}

TEST(Status, TakesPropertiesItDoesNotKnowInItsStride) {
    FakeManager manager;
    const Ran ran = run({"status", "--json"});
    const auto status = nlohmann::json::parse(ran.out);
    EXPECT_EQ(status["daemon"]["running"], true);
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

TEST(Status, OnlyAsksARunningDaemon) {
    FakeManager manager;
    EXPECT_EQ(run({"list"}).status, 0);
    EXPECT_FALSE(manager.interactive);
}

} // namespace
} // namespace mk::cli::test
