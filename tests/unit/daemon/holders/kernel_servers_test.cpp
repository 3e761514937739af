// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"

namespace mk {
namespace {

TEST(KernelServers, HoldTheirModuleByThreads) {
    test::HolderRoot root;
    for (const char *pid : {"7", "8", "9"}) {
        root.process(pid, "nfsd");
        root.write(std::string("proc/") + pid + "/cmdline", "");
    }
    root.write("proc/9/cmdline", "nfsd"); // a process that has taken the name
    const auto found = test::found_by(find_kernel_servers, root.search("nfsd"));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].kind, HolderKind::Server);
    EXPECT_EQ(found[0].what, "2 threads nfsd");
    EXPECT_EQ(found[0].references, 2U);
    EXPECT_EQ(found[0].remedy, "echo 0 > /proc/fs/nfsd/threads");
    // how much of it they have open nobody tells
    EXPECT_EQ(test::found_by(find_kernel_servers, root.search("sunrpc")).at(0).references, 9U);
    EXPECT_TRUE(test::found_by(find_kernel_servers, root.search("lockd")).empty());
    EXPECT_TRUE(test::found_by(find_kernel_servers, root.search("zram")).empty());
}

TEST(KernelServers, SoDoConnections) {
    test::HolderRoot root;
    const std::vector<const char *> names = {"cifsd", "khidpd_05ac0239", "ipvs-m:0:0",
                                             "ipvs-m:0:1"};
    for (std::size_t i = 0; i < names.size(); ++i) {
        root.process(std::to_string(i + 7), names[i]);
        root.write("proc/" + std::to_string(i + 7) + "/cmdline", "");
    }
    EXPECT_EQ(test::found_by(find_kernel_servers, root.search("cifs")).at(0).what,
              "1 thread cifsd");
    EXPECT_EQ(test::found_by(find_kernel_servers, root.search("hidp")).at(0).what,
              "1 thread khidpd");
    const auto daemons = test::found_by(find_kernel_servers, root.search("ip_vs"));
    ASSERT_EQ(daemons.size(), 1U);
    EXPECT_EQ(daemons[0].references, 1U); // one of several threads
    EXPECT_EQ(daemons[0].remedy, "ipvsadm --stop-daemon master");
    EXPECT_TRUE(test::found_by(find_kernel_servers, root.search("bnep")).empty());
}

} // namespace
} // namespace mk
