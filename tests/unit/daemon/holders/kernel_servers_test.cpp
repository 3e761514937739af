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

} // namespace
} // namespace mk
