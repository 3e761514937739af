// SPDX-License-Identifier: GPL-2.0-only
// load and unload: what they ask the daemon for, and how each answer ends.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/fake_manager.hpp"
#include "cli/module_in_folder.hpp"
#include "cli/run.hpp"

namespace mk::cli::test {
namespace {

TEST(Load, AsksForWhatWasTyped) {
    FakeManager manager;
    const Ran ran = run({"load", "dummy", "numdummies=-1", "async_probe", "--ignore-blacklist"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(ran.out, "loaded dummy\n");
    EXPECT_EQ(ran.err, "");
    EXPECT_EQ(manager.name, "dummy");
    EXPECT_EQ(manager.parameters, (std::vector<std::string>{"numdummies=-1", "async_probe"}));
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
    const ModuleInFolder module("dummy.ko");
    EXPECT_EQ(run({"load", "dummy.ko"}).status, 0);
    EXPECT_EQ(manager.name, module.path());
}

TEST(Unload, ModulesMayBeCalledLikeCommands) {
    FakeManager manager;
    EXPECT_EQ(run({"unload", "list"}).status, 0);
    EXPECT_EQ(manager.parameters, std::vector<std::string>{"list"});
}

TEST(Unload, TellsForProgramsWhatTheSentenceSays) {
    FakeManager manager;
    manager.job_error = "org.modkeeper1.Error.InUse";
    const auto bare = nlohmann::json::parse(run({"unload", "dummy", "--json"}).out);
    EXPECT_EQ(bare["holders"], nullptr);
    EXPECT_EQ(bare["errno"], nullptr);
    manager.holder = "wireguard";
    const Ran ran = run({"unload", "dummy", "--json"});
    const auto told = nlohmann::json::parse(ran.out);
    EXPECT_EQ(ran.status, 5);
    EXPECT_EQ(told["error"], "InUse");
    EXPECT_EQ(told["module"], "dummy");
    EXPECT_EQ(told["errno"], 11);
    EXPECT_EQ(told["holders"], nlohmann::json::array({"wireguard"}));
    EXPECT_EQ(told["message"], "said the daemon");
}

TEST(Load, ThatHasNothingToDoIsNoFailure) {
    FakeManager manager;
    manager.job_error = "org.modkeeper1.Error.AlreadyLoaded";
    const auto told = nlohmann::json::parse(run({"load", "dummy", "--json"}).out);
    EXPECT_EQ(told["result"], "unchanged");
    EXPECT_EQ(told["error"], "AlreadyLoaded");
}

TEST(Load, TellsInJson) {
    FakeManager manager;
    const auto loaded = nlohmann::json::parse(run({"load", "dummy", "--json"}).out);
    EXPECT_EQ(loaded["result"], "loaded");
    EXPECT_EQ(loaded["modules"], nlohmann::json::array({"dummy"}));
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

// When the test fails.
void PrintTo(const Answer &answer, std::ostream *out) {
    *out << answer.error;
}

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
    {"org.modkeeper1.Error.Blacklisted", 4, "said the daemon"},
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
    EXPECT_EQ(manager.options, (std::vector<std::string>{"keep-going", "timeout-ns=7000000000"}));
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
    const ModuleInFolder module("x.ko");
    const Ran ran = run({"reload", "dummy", "count=3", "--file", "./x.ko", "--wait", "2"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(ran.out, "reloaded dummy\n");
    EXPECT_EQ(manager.method, "Reload");
    EXPECT_EQ(manager.name, "dummy");
    EXPECT_EQ(manager.parameters, std::vector<std::string>{"count=3"});
    EXPECT_EQ(manager.options,
              (std::vector<std::string>{"wait-ns=2000000000", "file=" + module.path()}));
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
                                        "wait-ns=1000000000"}));
    EXPECT_NE(ran.err.find("may crash"), std::string::npos) << ran.err;
}

TEST(Unload, UsedModulesAreBusy) {
    FakeManager manager;
    manager.error_name = "org.modkeeper1.Error.InUse";
    manager.error_message = "module dummy is in use by module x";
    const Ran ran = run({"unload", "dummy"});
    EXPECT_EQ(ran.status, 5);
    EXPECT_NE(ran.err.find("in use by module x"), std::string::npos);
    EXPECT_NE(ran.err.find("modkeeper holders dummy"), std::string::npos);
}

TEST(Unload, BuiltInsCannotGo) {
    FakeManager manager;
    manager.error_name = "org.modkeeper1.Error.BuiltIn";
    EXPECT_EQ(run({"unload", "loop"}).status, 1);
}

TEST(Unload, WhatNobodyKnowsWasNotFound) {
    FakeManager manager;
    manager.error_name = "org.modkeeper1.Error.NotFound";
    const Ran ran = run({"unload", "no_such_module_anywhere"});
    EXPECT_EQ(ran.status, 3) << ran.err;
}

TEST(Unload, WhatIsNotLoadedIsAsItWasAskedFor) {
    FakeManager manager;
    manager.error_name = "org.modkeeper1.Error.NotLoaded";
    EXPECT_EQ(run({"unload", "dummy"}).status, 7);
}

TEST(Load, NeededIsFineWithWhatIsThere) {
    FakeManager manager;
    EXPECT_EQ(run({"load", "--needed", "dummy"}).out, "loaded dummy\n");
    manager.error_name = "org.modkeeper1.Error.AlreadyLoaded";
    Ran ran = run({"load", "--needed", "dummy"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(ran.out, "");
    ran = run({"load", "--needed", "dummy", "--json"});
    EXPECT_EQ(ran.status, 0);
    EXPECT_EQ(nlohmann::json::parse(ran.out)["result"], "unchanged");
    EXPECT_EQ(run({"load", "--needed", "--quiet", "dummy"}).err, "");
    manager.error_name = "org.modkeeper1.Error.InitFailed";
    EXPECT_EQ(run({"load", "--needed", "dummy"}).status, 1);
}

TEST(Load, AllOfNothingIsNothingToDo) {
    FakeManager manager;
    manager.loads_nothing = true;
    Ran ran = run({"load", "--all", "dummy", "loop"});
    EXPECT_EQ(ran.status, 7);
    EXPECT_EQ(ran.out, "");
    EXPECT_EQ(run({"load", "--all", "dummy", "loop", "--needed"}).status, 0);
    ran = run({"load", "--all", "dummy", "loop", "--json"});
    EXPECT_EQ(nlohmann::json::parse(ran.out)["modules"], nlohmann::json::array());
}

TEST(Change, QuietSaysNothingUnlessItFails) {
    FakeManager manager;
    for (const char *verb : {"load", "unload", "reload"}) {
        const Ran ran = run({verb, "dummy", "--quiet"});
        EXPECT_EQ(ran.status, 0) << ran.err;
        EXPECT_EQ(ran.out + ran.err, "") << verb;
    }
    manager.error_name = "org.modkeeper1.Error.InUse";
    EXPECT_NE(run({"unload", "dummy", "-q"}).err, "");
}

TEST(Change, AsksForNoPasswordWhenTold) {
    FakeManager manager;
    for (const char *verb : {"load", "unload", "reload", "enable", "mask"}) {
        EXPECT_EQ(run({verb, "dummy", "--no-ask-password"}).status, 0);
        EXPECT_FALSE(manager.interactive) << verb;
        EXPECT_EQ(run({verb, "dummy"}).status, 0);
        EXPECT_TRUE(manager.interactive) << verb;
    }
}

TEST(Change, DoesNotWaitWhenTold) {
    FakeManager manager;
    Ran ran = run({"load", "dummy", "numdummies=3", "--no-block", "--ignore-install"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(ran.out, "job 7\n");
    EXPECT_EQ(manager.verb, "load");
    EXPECT_EQ(manager.targets, std::vector<std::string>{"dummy"});
    EXPECT_EQ(manager.parameters, std::vector<std::string>{"numdummies=3"});
    EXPECT_EQ(manager.options, std::vector<std::string>{"ignore-install"});
    ran = run({"unload", "a", "b", "--no-block", "--json"});
    EXPECT_EQ(nlohmann::json::parse(ran.out)["job"], 7);
    EXPECT_EQ(manager.verb, "unload");
    EXPECT_EQ(manager.targets, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(run({"reload", "dummy", "--no-block"}).status, 0);
    EXPECT_EQ(manager.verb, "reload");
}

// What is to be typed next is what was typed, with the right to do it.
TEST(Change, RefusalsRepeatWhatWasTyped) {
    FakeManager manager;
    manager.error_name = "org.modkeeper1.Error.NotAuthorized";
    for (const std::vector<std::string> &words :
         {std::vector<std::string>{"load", "dummy", "numdummies=3"},
          std::vector<std::string>{"load", "--all", "dummy", "nbd"},
          std::vector<std::string>{"unload", "--with-dependents", "dummy"},
          std::vector<std::string>{"reload", "dummy", "numdummies=1"},
          std::vector<std::string>{"enable", "--now", "dummy"}}) {
        std::string typed = "  next: sudo modkeeper";
        for (const std::string &word : words)
            typed += " " + word;
        EXPECT_NE(run(words).err.find(typed + "\n"), std::string::npos) << run(words).err;
    }
    const ModuleInFolder module("it's.ko");
    EXPECT_NE(run({"load", "./it's.ko"}).err.find("sudo modkeeper load './it'\\''s.ko'\n"),
              std::string::npos);
}

TEST(Change, ADaemonThatGoesLeavesTheJobToItsWorker) {
    FakeManager manager;
    manager.error_name = "org.freedesktop.DBus.Error.NoReply";
    manager.error_message = "Message recipient disconnected from message bus without replying";
    const Ran ran = run({"load", "dummy"});
    EXPECT_EQ(ran.status, 8);
    EXPECT_EQ(ran.err.find("in time"), std::string::npos) << ran.err;
    EXPECT_NE(ran.err.find("continues without it"), std::string::npos) << ran.err;
    EXPECT_NE(ran.err.find("next: modkeeper info dummy\n"), std::string::npos) << ran.err;
}

TEST(Change, AnInterruptEndsTheWaitAndWhatWouldFollow) {
    FakeManager manager;
    manager.interrupts = true;
    EXPECT_EQ(run({"load", "dummy"}).status, 1);
    EXPECT_EQ(manager.calls, 1);
    const Ran ran = run({"enable", "--now", "alpha", "beta"});
    EXPECT_EQ(ran.status, 1);
    EXPECT_EQ(manager.calls, 2);
    EXPECT_NE(ran.err.find("interrupted"), std::string::npos) << ran.err;
    EXPECT_EQ(ran.err.find("too late"), std::string::npos) << ran.err;
}

TEST(Jobs, AreListed) {
    FakeManager manager;
    EXPECT_EQ(run({"jobs"}).out, "");
    EXPECT_EQ(run({"jobs", "--json"}).out, "[]\n");
    manager.jobs = {12, 3};
    const Ran ran = run({"jobs"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(ran.out, "JOB  VERB  STATE    DONE    NOW  TARGETS\n"
                       "  3  load  running  1 of 3  -    nbd loop\n"
                       " 12  load  running  1 of 3  -    nbd loop\n");
    EXPECT_EQ(run({"jobs", "--no-legend"}).out.find("JOB"), std::string::npos);
    const auto told = nlohmann::json::parse(run({"jobs", "--json"}).out);
    EXPECT_EQ(told[1]["id"], 12);
    EXPECT_EQ(told[0]["targets"], (std::vector<std::string>{"nbd", "loop"}));
    EXPECT_EQ(told[0]["ended"], 1);
}

TEST(Jobs, AreCanceled) {
    FakeManager manager;
    manager.jobs = {3};
    EXPECT_EQ(run({"cancel", "3"}).out, "canceling job 3\n");
    EXPECT_EQ(manager.canceled, "/org/modkeeper1/job/3");
    const Ran ran = run({"cancel", "4", "--json"});
    EXPECT_EQ(ran.status, 3);
    EXPECT_EQ(nlohmann::json::parse(ran.out)["error"], "NotFound");
    EXPECT_NE(ran.err.find("there is no job 4"), std::string::npos) << ran.err;
    for (const char *none : {"x", "3x", "-1", "", "99999999999"})
        EXPECT_EQ(run({"cancel", "--", none}).status, 2) << none;
}

} // namespace
} // namespace mk::cli::test
