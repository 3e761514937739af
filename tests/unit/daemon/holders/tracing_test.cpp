// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"

namespace mk {
namespace {

TEST(Tracing, OrdersHoldTheModuleOfTheTracepoint) {
    test::HolderRoot root;
    root.write("proc/kallsyms", "ffffffffc0002230 d __tracepoint_nbd_send_request\t[nbd]\n");
    root.write("sys/module/nbd/sections/__tracepoints", "0\n");
    const std::string top = "sys/kernel/tracing/";
    root.write(top + "events/sched/sched_switch/trigger",
               "# Available triggers:\nenable_event:nbd:nbd_send_request:unlimited\n"
               "enable_event:other:other_event:unlimited\ntraceoff:unlimited\n");
    root.write(top + "set_ftrace_filter", "#### all functions enabled ####\n");
    root.write(top + "instances/mine/set_ftrace_filter",
               "schedule:disable_event:nbd:nbd_send_request:count=3\n");
    auto search = root.search("nbd");
    const auto found = test::found_by(find_tracing, search);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].kind, HolderKind::Tracing);
    EXPECT_EQ(found[0].what, "enable_event:nbd:nbd_send_request");
    EXPECT_EQ(found[0].references, 1U);
    EXPECT_EQ(found[0].remedy, "echo '!enable_event:nbd:nbd_send_request' > "
                               "/sys/kernel/tracing/events/sched/sched_switch/trigger");
    EXPECT_EQ(found[1].remedy, "echo '!schedule:disable_event:nbd:nbd_send_request' > "
                               "/sys/kernel/tracing/instances/mine/set_ftrace_filter");
    search.module.references = 0;
    EXPECT_TRUE(test::found_by(find_tracing, search).empty());
    EXPECT_TRUE(test::found_by(find_tracing, root.search("zram")).empty());
}

} // namespace
} // namespace mk
