// SPDX-License-Identifier: GPL-2.0-only
// Commands of modprobe.d run by a real shell.
#include "kmod/install_command.hpp"

#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <memory>
#include <sstream>
#include <thread>

#include "fixtures/module_names.hpp"
#include "fixtures/temporary_folder.hpp"
#include "kmod/command_circle.hpp"

namespace mk {
namespace {

using namespace std::chrono_literals;
using How = CommandEnd::How;

class InstallCommandTest : public testing::Test {
  protected:
    std::string content(const std::string &name) const {
        std::ifstream file(folder_ / name);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    ModuleCommand command(const std::string &text, const std::string &options = "") const {
        return {ModuleCommand::Kind::Install,
                {"cd " + folder_.path() + "; " + text, true},
                "dummy"_module,
                options};
    }
    // A process that the command has written the number of.
    bool is_there(const std::string &name) const {
        const pid_t process = std::atoi(content(name).c_str());
        return process > 0 && kill(process, 0) == 0;
    }
    bool goes_away(const std::string &name) const {
        for (int i = 0; i < 500 && is_there(name); ++i)
            std::this_thread::sleep_for(10ms);
        return !is_there(name);
    }

    test::TemporaryFolder folder_;
};

TEST_F(InstallCommandTest, OptionsAreWordsAndNeverCode) {
    const auto end = run_command(command("printf '%s|' $CMDLINE_OPTS >args",
                                         "x=;touch${IFS}pwned y=`touch pwned` $(touch "
                                         "pwned) && touch pwned"),
                                 {});
    EXPECT_EQ(end.how, How::Exited);
    EXPECT_EQ(end.status, 0);
    EXPECT_EQ(content("args"),
              "x=;touch${IFS}pwned|y=`touch|pwned`|$(touch|pwned)|&&|touch|pwned|");
    EXPECT_NE(access((folder_ / "pwned").c_str(), F_OK), 0);
}

// Each turn waits for the next one, as modprobe does for the command.
TEST_F(InstallCommandTest, OneThatCallsItselfIsEnded) {
    // the first word of a script's command line is the shell's
    std::filesystem::create_symlink("/bin/sh", folder_ / "modprobe");
    folder_.write("again", "./modprobe -c '. ./again; exit 1' dummy\n");
    ModuleCommand self = command(". ./again");
    const auto end = run_command(self, {60s, {}});
    EXPECT_EQ(end.how, How::CallsItself);
    EXPECT_FALSE(end.is_stuck);
    const auto error = command_failure(self, {60s, {}}, end);
    EXPECT_EQ(error.code, ErrorCode::ReplacedByCommand);
    EXPECT_NE(error.message.find("requests dummy itself"), std::string::npos) << error.message;
}

// Two causes: a line that is to keep the module away, and a command that did not do its work.
TEST_F(InstallCommandTest, OneThatFailsIsToldFromOneThatStandsInTheWay) {
    auto failing = command("false; exit 3");
    failing.place = "/etc/modprobe.d/x.conf:3";
    const auto failed = command_failure(failing, {}, run_command(failing, {}));
    EXPECT_EQ(failed.facts.cause, Cause::CommandFailed) << failed.message;
    EXPECT_NE(failed.message.find("in /etc/modprobe.d/x.conf:3 exited with status 3"),
              std::string::npos)
        << failed.message;
    const ModuleCommand blocking{
        ModuleCommand::Kind::Install, {"/bin/false", true}, "dummy"_module, {}};
    const auto blocked = command_failure(blocking, {}, run_command(blocking, {}));
    EXPECT_EQ(blocked.facts.cause, Cause::ReplacedByCommand) << blocked.message;
    EXPECT_NE(blocked.message.find("ignore-install"), std::string::npos) << blocked.message;
}

TEST_F(InstallCommandTest, HasTheVariablesOfModprobe) {
    setenv("CMDLINE_OPTS", "of somebody else", 1);
    run_command(command("echo \"$MODPROBE_MODULE:$CMDLINE_OPTS\" >seen"), {});
    unsetenv("CMDLINE_OPTS");
    EXPECT_EQ(content("seen"), "dummy:\n");
}

// Whatever the caller does with signals.
TEST_F(InstallCommandTest, HasNoSignalIgnoredOrBlocked) {
    signal(SIGPIPE, SIG_IGN);
    sigset_t mask, before;
    sigemptyset(&mask);
    sigaddset(&mask, SIGTERM);
    sigprocmask(SIG_BLOCK, &mask, &before);
    run_command(command("sed -n 's/^Sig[BI][lg][kn]:\\t........//p' /proc/self/status >signals"),
                {});
    sigprocmask(SIG_SETMASK, &before, nullptr);
    signal(SIGPIPE, SIG_DFL);
    // the C library keeps two above 31 to itself
    std::istringstream masks(content("signals"));
    for (std::uint32_t set, count = 0; count < 2; ++count) {
        ASSERT_TRUE(masks >> std::hex >> set) << content("signals");
        EXPECT_EQ(set & 0x7fffffffU, 0U);
    }
}

TEST_F(InstallCommandTest, TellsHowItEnded) {
    EXPECT_EQ(run_command(command("exit 7"), {}).status, 7);
    EXPECT_EQ(run_command(command("kill -9 $$"), {}).status, 128 + SIGKILL);
}

// With all that it has started, also what does not listen.
TEST_F(InstallCommandTest, IsEndedWhenItsTimeIsOver) {
    const auto slow = command("sleep 97 & echo $! >child; trap '' TERM; echo $$ >self; "
                              "while :; do sleep 97; done");
    const CommandLimits limits{300ms, {}};
    const auto end = run_command(slow, limits);
    EXPECT_EQ(end.how, How::TimedOut);
    EXPECT_FALSE(end.is_stuck);
    EXPECT_TRUE(goes_away("child"));
    EXPECT_TRUE(goes_away("self"));
    const auto error = command_failure(slow, limits, end);
    EXPECT_EQ(error.code, ErrorCode::Timeout);
    EXPECT_NE(error.message.find("did not end within 0.3 s"), std::string::npos) << error.message;
    EXPECT_NE(error.message.find("its install command"), std::string::npos) << error.message;
}

TEST_F(InstallCommandTest, IsEndedWhenTheJobIsCanceled) {
    int asked = 0;
    const auto end =
        run_command(command("echo $$ >self; exec sleep 97"), {0us, [&] { return ++asked > 2; }});
    EXPECT_EQ(end.how, How::Canceled);
    EXPECT_TRUE(goes_away("self"));
}

TEST_F(InstallCommandTest, ALookThatHangsHoldsNobodyAndIsNotJoinedByOthers) {
    std::promise<void> release;
    const auto released = release.get_future().share();
    const auto looks = std::make_shared<std::atomic<int>>(0);
    const CircleWatch::Clock::time_point began{};
    CircleWatch watch(
        [released, looks] {
            ++*looks;
            released.wait();
            return true;
        },
        began);
    EXPECT_FALSE(watch.found(began));
    EXPECT_FALSE(watch.found(began + 999ms));
    EXPECT_EQ(*looks, 0);
    EXPECT_FALSE(watch.found(began + 1s));
    EXPECT_FALSE(watch.found(began + 9s));
    release.set_value();
    while (!watch.found(began + 1s))
        std::this_thread::yield();
    EXPECT_EQ(*looks, 1);
}

TEST_F(InstallCommandTest, WhatNotEveryUserMayReadIsNotQuoted) {
    ModuleCommand secret = command("echo hunter2");
    EXPECT_NE(command_failure(secret, {}, {}).message.find("hunter2"), std::string::npos);
    secret.text = {secret.text.text(), false};
    const auto message = command_failure(secret, {}, {}).message;
    EXPECT_EQ(message.find("hunter2"), std::string::npos) << message;
    EXPECT_NE(message.find("its install command in modprobe.d"), std::string::npos) << message;
}

TEST_F(InstallCommandTest, KnowsThoseThatDoNothing) {
    for (const auto *text : {"/bin/false", "/usr/bin/true", "true", ":", "exit 0", " /bin/false "})
        EXPECT_TRUE(does_nothing(text)) << text;
    for (const auto *text :
         {"", "/bin/true && modprobe -i dummy", "modprobe -i dummy", "/opt/false-alarm",
          "/bin/false || modprobe -i dummy", "exit `modprobe -i dummy`"})
        EXPECT_FALSE(does_nothing(text)) << text;
    EXPECT_TRUE(only_fails("/bin/false"));
    EXPECT_TRUE(only_fails("exit 3"));
    EXPECT_FALSE(only_fails("/bin/true"));
    EXPECT_FALSE(only_fails("exit 0"));
}

} // namespace
} // namespace mk
