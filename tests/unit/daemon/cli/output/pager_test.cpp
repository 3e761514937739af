// SPDX-License-Identifier: GPL-2.0-only
// Which pager runs, and what it may do.
#include "cli/output/pager.hpp"

#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

namespace mk::cli {
namespace {

constexpr uid_t alice = 1000;

Actor logged_in(uid_t uid) {
    return {uid, uid, {uid, uid}, false};
}

TEST(Pager, IsTheOneThatWasChosen) {
    EXPECT_EQ(pager_for(logged_in(alice), "most").command, "most");
    EXPECT_FALSE(pager_for(logged_in(alice), "most").confined);
    EXPECT_EQ(pager_for(logged_in(0), "most").command, "most");
    EXPECT_EQ(pager_for(logged_in(alice), "cat").command, "");
    EXPECT_FALSE(pager_for(logged_in(alice), "").confined);
}

TEST(Pager, IsConfinedForWhoActsAsAnotherUser) {
    const Actor borrowed[] = {
        {0, 0, {0, 0}, true},          // sudo, pkexec
        {alice, 0, {}, false},         // a program with the bit of set-user-ID
        {0, 0, {alice}, false},        // su in a session of alice
        {0, 0, {0, alice}, false},     // by one sign of two
        {alice, alice, {0, 0}, false}, // root that became somebody else
    };
    for (const Actor &actor : borrowed) {
        EXPECT_TRUE(actor.acts_for_another());
        const Pager pager = pager_for(actor, "most");
        EXPECT_TRUE(pager.command.empty() || pager.command.ends_with("/less")) << pager.command;
        EXPECT_EQ(pager.confined, !pager.command.empty());
        EXPECT_EQ(pager_for(actor, "cat").command, "");
    }
}

// In a process of its own, at a terminal of five lines.
void print_at_a_terminal(const std::string &pager) {
    int master = -1;
    winsize size{5, 80, 0, 0};
    const pid_t child = forkpty(&master, nullptr, nullptr, &size);
    if (child == 0) {
        setenv("SUDO_UID", "1000", 1);
        setenv("PAGER", pager.c_str(), 1);
        // less would wait for a key: at its end it quits
        setenv("TERM", "dumb", 1);
        print_paged("1\n2\n3\n4\n5\n6\n7\n", true);
        std::fflush(stdout);
        _exit(std::getenv("LESSSECURE") != nullptr ? 0 : 1);
    }
    ASSERT_GT(child, 0);
    char buffer[256];
    // q ends less wherever it stands
    (void)!write(master, "q", 1);
    while (read(master, buffer, sizeof buffer) > 0) {
    }
    int status = 0;
    waitpid(child, &status, 0);
    close(master);
    if (access("/usr/bin/less", X_OK) == 0) {
        EXPECT_EQ(WEXITSTATUS(status), 0);
    }
}

TEST(Pager, UnderSudoTheEnvironmentChoosesNone) {
    if (access("/dev/ptmx", R_OK | W_OK) != 0)
        GTEST_SKIP() << "no pseudo terminal can be had here: is /dev/pts mounted?";
    const std::string mark = testing::TempDir() + "modkeeper-pager-ran";
    unlink(mark.c_str());
    print_at_a_terminal("touch " + mark + "; cat");
    EXPECT_NE(access(mark.c_str(), F_OK), 0);
    unlink(mark.c_str());
}

} // namespace
} // namespace mk::cli
