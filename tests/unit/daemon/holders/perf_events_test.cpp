// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"
#include "fixtures/module_names.hpp"

namespace mk {
namespace {

TEST(PerfEvents, AreToldForModulesWithTracepoints) {
    test::HolderRoot root;
    root.process("7", "perf");
    root.write("sys/module/nbd/sections/__tracepoints", "0x0\n");
    root.write("sys/module/dummy/sections/.text", "0x0\n");
    auto search = root.search("nbd");
    search.special = {{7, 3, "anon_inode:[perf_event]"}, {7, 4, "anon_inode:[eventfd]"}};
    const auto found = test::found_by(find_perf_events, search);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].pid, 7U);
    EXPECT_EQ(found[0].fd, 3);
    EXPECT_EQ(found[0].references, 1U);
    HolderList explained{"nbd"_module, 0, {}, {}};
    find_perf_events(search, explained);
    EXPECT_TRUE(explained.holders.empty());
    search.module.name = "dummy"_module;
    EXPECT_TRUE(test::found_by(find_perf_events, search).empty());
    search.has_counters = true;
    EXPECT_EQ(test::found_by(find_perf_events, search).at(0).through,
              "an event of perf, perhaps of its counters");
    EXPECT_FALSE(registers_counters("/no/such/file.ko"));
}

} // namespace
} // namespace mk
