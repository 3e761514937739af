// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"

namespace mk {
namespace {

TEST(CongestionControl, TellsTheDefaults) {
    test::HolderRoot root;
    root.write("proc/sys/net/ipv4/tcp_congestion_control", "bbr\n");
    root.write("proc/sys/net/core/default_qdisc", "fq\n");
    const auto bbr = test::found_by(find_congestion_control, root.search("tcp_bbr"));
    ASSERT_EQ(bbr.size(), 1U);
    EXPECT_EQ(bbr[0].what, "bbr");
    EXPECT_EQ(bbr[0].through, "the value of net.ipv4.tcp_congestion_control");
    EXPECT_EQ(test::found_by(find_congestion_control, root.search("sch_fq")).size(), 1U);
    EXPECT_TRUE(test::found_by(find_congestion_control, root.search("tcp_vegas")).empty());
}

} // namespace
} // namespace mk
