// SPDX-License-Identifier: GPL-2.0-only
#include "holders/process_end.hpp"

#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"

namespace mk {
namespace {

class ProcessEndTest : public testing::Test {
  protected:
    void process(const std::string &pid, int parent, const std::string &ignored = "0") {
        root.write("proc/" + pid + "/status", "Name:\tx\nPPid:\t" + std::to_string(parent) +
                                                  "\nSigBlk:\t0000000000000000\nSigIgn:\t" +
                                                  ignored + "\n");
        root.write("proc/" + pid + "/cgroup", "0::/system.slice/cron.service\n");
    }
    std::string end_of(std::uint32_t pid) { return end_of_process(root.path(), pid); }

    test::HolderRoot root;
};

TEST_F(ProcessEndTest, AServiceIsStopped) {
    process("40", 1);
    process("41", 40);
    root.write("sys/fs/cgroup/system.slice/cron.service/cgroup.procs", "40\n41\n");
    EXPECT_EQ(end_of(40), "systemctl stop cron.service");
    EXPECT_EQ(end_of(41), "kill 41"); // one of its children can go alone
    process("42", 1);                 // which an earlier process left behind
    EXPECT_EQ(end_of(42), "kill 42");
}

TEST_F(ProcessEndTest, AServiceMayHaveGroupsOfItsOwn) {
    process("50", 1);
    root.write("proc/50/cgroup", "0::/system.slice/systemd-udevd.service/udev\n");
    EXPECT_EQ(end_of(50), "systemctl stop systemd-udevd.service");
    root.write("proc/50/cgroup", "0::/user.slice/user-0.slice/session-1.scope\n");
    EXPECT_EQ(end_of(50), "kill 50");
}

TEST_F(ProcessEndTest, OneThatIgnoresItIsKilled) {
    process("41", 40, "0000000000384004");
    EXPECT_EQ(end_of(41), "kill -KILL 41");
}

TEST_F(ProcessEndTest, NothingEndsTheKernelOrTheServiceManager) {
    root.write("proc/9/status", "Name:\tkworker\nKthread:\t1\n");
    EXPECT_EQ(end_of(9), "");
    EXPECT_EQ(end_of(77), ""); // gone
    process("1", 0);
    EXPECT_EQ(end_of(1), "systemctl daemon-reexec");
}

} // namespace
} // namespace mk
