// SPDX-License-Identifier: GPL-2.0-only
// load and unload: what they ask the daemon for, and how each answer ends.
#include <filesystem>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "fake_manager.hpp"
#include "run.hpp"

namespace mk::cli::test {
namespace {

TEST(Load, AsksForWhatWasTyped) {
    FakeManager manager;
    const Ran ran = run({"load", "dummy", "numdummies=3", "x=-1", "--ignore-blacklist"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(ran.out, "loaded dummy\n");
    EXPECT_EQ(ran.err, "");
    EXPECT_EQ(manager.name, "dummy");
    EXPECT_EQ(manager.parameters, (std::vector<std::string>{"numdummies=3", "x=-1"}));
    EXPECT_EQ(manager.options, (std::vector<std::string>{"ignore-blacklist"}));
    EXPECT_TRUE(manager.interactive);
}

TEST(Load, ForcesOnlyWhenTold) {
    FakeManager manager;
    EXPECT_EQ(run({"load", "dummy"}).status, 0);
    EXPECT_TRUE(manager.options.empty());
    EXPECT_EQ(run({"load", "--force-vermagic", "--force-modversions", "dummy"}).status, 0);
    EXPECT_EQ(manager.options, (std::vector<std::string>{"force-vermagic", "force-modversions"}));
}

TEST(Load, NamesTheModuleAnAliasLedTo) {
    FakeManager manager;
    manager.module_path = "/org/modkeeper1/module/e1000e";
    EXPECT_EQ(run({"load", "pci:v00008086d000010D3sv*"}).out, "loaded e1000e\n");
    EXPECT_EQ(manager.name, "pci:v00008086d000010D3sv*");
}

TEST(Load, FilesBecomeAbsolute) {
    FakeManager manager;
    EXPECT_EQ(run({"load", "dummy.ko"}).status, 0);
    EXPECT_EQ(manager.name, (std::filesystem::current_path() / "dummy.ko").string());
}

TEST(Load, ModulesMayBeCalledLikeCommands) {
    FakeManager manager;
    EXPECT_EQ(run({"load", "list"}).status, 0);
    EXPECT_EQ(manager.name, "list");
}

TEST(Load, TellsInJson) {
    FakeManager manager;
    const auto loaded = nlohmann::json::parse(run({"load", "dummy", "--json"}).out);
    EXPECT_EQ(loaded["result"], "loaded");
    EXPECT_EQ(loaded["module"], "dummy");
    manager.error_name = "org.modkeeper1.Error.InitFailed";
    const Ran ran = run({"--json", "load", "dummy"});
    const auto failed = nlohmann::json::parse(ran.out);
    EXPECT_EQ(ran.status, 1);
    EXPECT_EQ(failed["result"], "failed");
    EXPECT_EQ(failed["error"], "InitFailed");
    EXPECT_EQ(failed["message"], "said the daemon");
}

struct Answer {
    const char *error;
    int status;
    const char *next; // to be found on stderr
};

class LoadAnswer : public testing::TestWithParam<Answer> {};

TEST_P(LoadAnswer, DecidesExitStatusAndNextStep) {
    FakeManager manager;
    manager.error_name = GetParam().error;
    const Ran ran = run({"load", "dummy"});
    EXPECT_EQ(ran.status, GetParam().status) << GetParam().error;
    EXPECT_EQ(ran.out, "");
    EXPECT_NE(ran.err.find(GetParam().next), std::string::npos) << ran.err;
}

constexpr Answer answers[] = {
    {"org.modkeeper1.Error.NotFound", 3, "said the daemon"},
    {"org.modkeeper1.Error.BuiltIn", 7, "said the daemon"},
    {"org.modkeeper1.Error.AlreadyLoaded", 7, "said the daemon"},
    {"org.modkeeper1.Error.InUse", 5, "said the daemon"},
    {"org.modkeeper1.Error.DeniedByPolicy", 4, "said the daemon"},
    {"org.modkeeper1.Error.DeniedByKernel", 4, "said the daemon"},
    {"org.modkeeper1.Error.NotAuthorized", 4, "sudo modkeeper load dummy"},
    {"org.modkeeper1.Error.UnknownParameter", 1, "modkeeper info dummy"},
    {"org.modkeeper1.Error.BadParameter", 1, "modkeeper info dummy"},
    {"org.modkeeper1.Error.UnknownSymbol", 1, "journalctl"},
    {"org.modkeeper1.Error.BadFormat", 1, "said the daemon"},
    {"org.modkeeper1.Error.BadSignature", 1, "said the daemon"},
    {"org.modkeeper1.Error.InitFailed", 1, "journalctl"},
    {"org.modkeeper1.Error.Timeout", 6, "modkeeper info dummy"},
    {"org.modkeeper1.Error.InvalidArgument", 2, "said the daemon"},
    {"org.modkeeper1.Error.OfALaterVersion", 1, "said the daemon"},
    {"org.freedesktop.DBus.Error.AccessDenied", 4, "sudo modkeeper load dummy"},
    {"org.freedesktop.DBus.Error.InteractiveAuthorizationRequired", 4, "sudo"},
    {"org.freedesktop.DBus.Error.ServiceUnknown", 8, "systemctl start modkeeperd"},
    {"org.freedesktop.DBus.Error.Spawn.ChildExited", 8, "systemctl start modkeeperd"},
    {"org.freedesktop.systemd1.NoSuchUnit", 8, "systemctl start modkeeperd"},
    {"org.freedesktop.DBus.Error.UnknownMethod", 1, "UnknownMethod"},
};

INSTANTIATE_TEST_SUITE_P(Load, LoadAnswer, testing::ValuesIn(answers));

TEST(Load, PassesTheTimeoutOn) {
    FakeManager manager;
    EXPECT_EQ(run({"load", "dummy", "--timeout", "7", "--keep-going"}).status, 0);
    EXPECT_EQ(manager.options, (std::vector<std::string>{"keep-going", "timeout=7000000"}));
    EXPECT_EQ(run({"load", "dummy", "--timeout", "0"}).status, 2);
}

TEST(Load, AllTakesNamesOnly) {
    FakeManager manager;
    const Ran ran = run({"load", "--all", "dummy", "loop"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(ran.out, "loaded dummy\nloaded loop\n");
    EXPECT_EQ(manager.method, "LoadAll");
    EXPECT_EQ(manager.parameters, (std::vector<std::string>{"dummy", "loop"}));
}

TEST(Reload, AsksForTheModuleAndItsFile) {
    FakeManager manager;
    const Ran ran = run({"reload", "dummy", "numdummies=3", "--file", "/x.ko", "--wait", "2"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(ran.out, "reloaded dummy\n");
    EXPECT_EQ(manager.method, "Reload");
    EXPECT_EQ(manager.name, "dummy");
    EXPECT_EQ(manager.parameters, std::vector<std::string>{"numdummies=3"});
    EXPECT_EQ(manager.options, (std::vector<std::string>{"wait=2000000", "file=/x.ko"}));
}

TEST(Load, WithoutABusTheDaemonDoesNotRun) {
    setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus", 1);
    const Ran ran = run({"load", "dummy"});
    unsetenv("DBUS_SYSTEM_BUS_ADDRESS");
    EXPECT_EQ(ran.status, 8);
    EXPECT_NE(ran.err.find("systemctl start modkeeperd"), std::string::npos) << ran.err;
}

TEST(Unload, AsksForTheModule) {
    FakeManager manager;
    const Ran ran = run({"unload", "dummy"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(ran.out, "unloaded dummy\n");
    EXPECT_EQ(manager.parameters, std::vector<std::string>{"dummy"});
    EXPECT_TRUE(manager.interactive);
}

TEST(Unload, PassesItsOptionsOn) {
    FakeManager manager;
    const Ran ran = run({"unload", "a", "b", "--with-dependents", "-r", "--force", "--wait", "1"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(manager.parameters, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(manager.options,
              (std::vector<std::string>{"with-dependents", "with-unused-dependencies", "force",
                                        "wait=1000000"}));
    EXPECT_NE(ran.err.find("may crash"), std::string::npos) << ran.err;
}

TEST(Unload, UsedModulesAreBusy) {
    FakeManager manager;
    manager.error_name = "org.modkeeper1.Error.InUse";
    manager.error_message = "module dummy is in use by module x";
    const Ran ran = run({"unload", "dummy"});
    EXPECT_EQ(ran.status, 5);
    EXPECT_NE(ran.err.find("in use by module x"), std::string::npos);
    EXPECT_NE(ran.err.find("modkeeper info dummy"), std::string::npos);
}

TEST(Unload, BuiltInsCannotGo) {
    FakeManager manager;
    manager.error_name = "org.modkeeper1.Error.BuiltIn";
    EXPECT_EQ(run({"unload", "loop"}).status, 1);
}

TEST(Unload, WhatNobodyKnowsWasNotFound) {
    FakeManager manager;
    manager.error_name = "org.modkeeper1.Error.NotLoaded";
    const Ran ran = run({"unload", "no_such_module_anywhere"});
    EXPECT_EQ(ran.status, 3) << ran.err;
}

} // namespace
} // namespace mk::cli::test
