// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"

namespace mk {
namespace {

TEST(PerfEvents, AreToldForModulesWithTracepoints) {
    test::HolderRoot root;
    root.process("7", "perf");
    root.link("anon_inode:[perf_event]", "proc/7/fd/3");
    root.link("anon_inode:[eventfd]", "proc/7/fd/4");
    root.write("sys/module/nbd/sections/__tracepoints", "0x0\n");
    root.write("sys/module/dummy/sections/.text", "0x0\n");
    const auto found = test::found_by(find_perf_events, root.search("nbd"));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].pid, 7U);
    EXPECT_EQ(found[0].fd, 3);
    EXPECT_EQ(found[0].references, 1U);
    EXPECT_TRUE(test::found_by(find_perf_events, root.search("dummy")).empty());
    HolderList explained{"nbd", 0, {}, {}};
    find_perf_events(root.search("nbd"), explained);
    EXPECT_TRUE(explained.holders.empty());
}

} // namespace
} // namespace mk
