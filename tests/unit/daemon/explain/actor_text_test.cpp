// SPDX-License-Identifier: GPL-2.0-only
#include "explain/actor_text.hpp"

#include <gtest/gtest.h>

namespace mk {
namespace {

TEST(ActorText, TheProcessItsUserAndItsPlace) {
    driver::Event event;
    event.kind = driver::EventKind::UnloadRefused;
    event.comm = "rmmod";
    event.tgid = 41;
    event.uid = 1000;
    driver::RefusedUnload body;
    event.body = body;
    EXPECT_EQ(who(event), "rmmod[41] of uid 1000");
    body.cgroup = "/system.slice/foo.service";
    body.client_pid = 7;
    body.client_uid = 4294967;
    body.client_loginuid = driver::no_loginuid;
    event.body = body;
    EXPECT_EQ(who(event), "rmmod[41] of uid 1000 in foo.service for a process[7] of uid 4294967");
}

TEST(ActorText, WhatIsNotKnownIsLeftOut) {
    driver::ModuleEvent change;
    EXPECT_EQ(command_of(change), "");
    EXPECT_EQ(parent_of(change), "");
    change.command = "insmod ./a.ko";
    change.parent_pid = 9;
    change.parent_comm = "bash";
    EXPECT_EQ(command_of(change), ": insmod ./a.ko");
    EXPECT_EQ(parent_of(change), "; its parent is bash[9]");
}

} // namespace
} // namespace mk
