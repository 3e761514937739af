// SPDX-License-Identifier: GPL-2.0-only
// Whether what /proc says may be of the process that called, and whose account a call is on.
#include "bus/process_facts.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <string>

namespace mk::test {
namespace {

using bus::Caller;

Caller caller_of(uid_t uid, pid_t pid = 0) {
    Caller caller;
    caller.uid = uid;
    caller.pid = pid;
    return caller;
}

TEST(ProcessFacts, ANumberOfAnotherUserSaysNothing) {
    auto other = caller_of(geteuid() + 1, getpid());
    read_process(other);
    EXPECT_EQ(other.comm, "");
    EXPECT_EQ(other.cgroup, "");
    EXPECT_EQ(other.is_in_container, std::nullopt);
    EXPECT_EQ(other.account, Caller::unseen);
    auto own = caller_of(geteuid(), getpid());
    read_process(own);
    EXPECT_EQ(own.comm, "bus_test");
    std::string line;
    std::ifstream groups("/proc/self/cgroup");
    while (std::getline(groups, line) && !line.starts_with("0::")) {
    }
    EXPECT_EQ(own.cgroup, line.starts_with("0::") ? line.substr(3) : "");
    EXPECT_TRUE(own.is_in_container);
    EXPECT_NE(own.account, Caller::unseen);
}

// One person may act as 65,536 users in containers.
TEST(ProcessFacts, OnePersonHasOneAccount) {
    auto caller = caller_of(100'123);
    EXPECT_EQ(account_of(caller, true), 100'123U) << "a service has logged in nowhere";
    caller.login_uid = 1000;
    EXPECT_EQ(account_of(caller, true), 1000U);
    EXPECT_EQ(account_of(caller, false), Caller::unseen) << "it would be a new one with each user";
}

TEST(ProcessFacts, RootsAccountIsRootsAlone) {
    auto caller = caller_of(0);
    caller.login_uid = 1000;
    EXPECT_EQ(account_of(caller, true), 0U);
    EXPECT_EQ(account_of(caller, false), 0U);
    auto lent = caller_of(1000);
    lent.login_uid = 0;
    EXPECT_EQ(account_of(lent, true), 1000U);
}

} // namespace
} // namespace mk::test
