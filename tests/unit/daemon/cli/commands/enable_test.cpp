// SPDX-License-Identifier: GPL-2.0-only
// enable, disable, mask, unmask: what they ask the daemon for, and how each answer ends.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/fake_manager.hpp"
#include "cli/run.hpp"

namespace mk::cli::test {
namespace {

using Lines = std::vector<std::string>;

TEST(BootChoices, AskForWhatWasTyped) {
    FakeManager manager;
    const Ran ran = run({"enable", "dummy", "loop"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(ran.out, "added   /etc/x.conf: a line\n");
    EXPECT_EQ(run({"enable", "--force", "x"}).status, 0);
    EXPECT_EQ(run({"disable", "x"}).status, 0);
    EXPECT_EQ(run({"mask", "x"}).status, 0);
    EXPECT_EQ(run({"unmask", "x"}).status, 0);
    EXPECT_EQ(manager.configured,
              (Lines{"Enable dummy loop", "Enable x force", "Disable x", "Mask x", "Unmask x"}));
    EXPECT_TRUE(manager.interactive);
}

TEST(BootChoices, NowAlsoLoadsAndUnloads) {
    FakeManager manager;
    EXPECT_EQ(run({"enable", "--now", "dummy"}).status, 0);
    EXPECT_EQ(manager.method, "Load");
    EXPECT_EQ(manager.name, "dummy");
    EXPECT_EQ(run({"mask", "--now", "loop"}).status, 0);
    EXPECT_EQ(manager.method, "UnloadAll");
    EXPECT_EQ(manager.parameters, std::vector<std::string>{"loop"});
    EXPECT_EQ(run({"unmask", "--now", "loop"}).status, 2);
}

TEST(BootChoices, NothingToDoIsAStatusOfItsOwn) {
    FakeManager manager;
    manager.change = {"kept", "/etc/x.conf", "/etc/x.conf:3"};
    const Ran ran = run({"enable", "dummy"});
    EXPECT_EQ(ran.status, 7);
    EXPECT_EQ(ran.out, "");
    EXPECT_NE(ran.err.find("/etc/x.conf:3"), std::string::npos) << ran.err;
    manager.change = {"note", "", "module dummy is not enabled"};
    EXPECT_EQ(run({"disable", "dummy"}).status, 7);
}

TEST(BootChoices, TellInJson) {
    FakeManager manager;
    const auto told = nlohmann::json::parse(run({"enable", "dummy", "--json"}).out);
    EXPECT_EQ(told["result"], "changed");
    EXPECT_EQ(told["changes"][0]["file"], "/etc/x.conf");
    manager.error_name = "org.modkeeper1.Error.NotFound";
    const Ran ran = run({"enable", "dummy", "--json"});
    EXPECT_EQ(ran.status, 3);
    EXPECT_EQ(nlohmann::json::parse(ran.out)["error"], "NotFound");
    EXPECT_NE(ran.err.find("enable --force dummy"), std::string::npos) << ran.err;
}

TEST(BootChoices, WhatFailsAfterwardsIsOneObjectToo) {
    FakeManager manager;
    manager.job_error = "org.modkeeper1.Error.InitFailed";
    const Ran ran = run({"enable", "--now", "dummy", "--json"});
    EXPECT_EQ(ran.status, 1);
    const auto told = nlohmann::json::parse(ran.out);
    EXPECT_EQ(told["error"], "InitFailed");
    EXPECT_EQ(told["changes"][0]["file"], "/etc/x.conf");
    EXPECT_NE(run({"enable", "--now", "dummy"}).out.find("added   /etc/x.conf"), std::string::npos);
}

TEST(BootChoices, EachRefusalNamesTheNextCommand) {
    FakeManager manager;
    manager.error_name = "org.modkeeper1.Error.NotAuthorized";
    Ran ran = run({"mask", "a", "b"});
    EXPECT_EQ(ran.status, 4);
    EXPECT_NE(ran.err.find("sudo modkeeper mask a b"), std::string::npos) << ran.err;
    manager.error_name = "org.modkeeper1.Error.ReplacedByCommand";
    ran = run({"enable", "a"});
    EXPECT_EQ(ran.status, 4);
    EXPECT_NE(ran.err.find("modkeeper unmask a"), std::string::npos) << ran.err;
    manager.error_name = "org.modkeeper1.Error.BuiltIn";
    EXPECT_EQ(run({"enable", "a"}).status, 7);
    EXPECT_EQ(run({"mask", "a"}).status, 1);
    EXPECT_EQ(run({"enable"}).status, 2);
}

TEST(BootChoices, WithoutABusTheDaemonDoesNotRun) {
    setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus", 1);
    EXPECT_EQ(run({"enable", "dummy"}).status, 8);
    unsetenv("DBUS_SYSTEM_BUS_ADDRESS");
}

} // namespace
} // namespace mk::cli::test
