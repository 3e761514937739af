// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"

namespace mk {
namespace {

TEST(BpfPrograms, AreToldWithWhoHasThemOpen) {
    test::HolderRoot root;
    root.process("7", "tracer");
    root.write("proc/7/fdinfo/4", "pos:\t0\nlink_type:\ttracing\nlink_id:\t3\n");
    root.write("proc/7/fdinfo/5", "pos:\t0\nprog_id:\t3\n");
    auto search = root.search("nbd");
    search.special = {{7, 4, "anon_inode:bpf_link"}, {7, 5, "anon_inode:bpf-prog"}};
    using Kind = BpfUser::Kind;
    search.bpf = std::vector<BpfUser>{{Kind::Link, 3, "nbd_send_request", true, ""},
                                      {Kind::Program, 3, "", false, ""},
                                      {Kind::Map, 4, "operations", true, "/sys/fs/bpf/mine"}};
    const auto found = test::found_by(find_bpf_programs, search);
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].what, "link 3");
    EXPECT_EQ(found[0].fd, 4);
    EXPECT_EQ(found[0].pid, 7U);
    EXPECT_EQ(found[1].what, "program 3");
    EXPECT_EQ(found[1].fd, 5);
    EXPECT_EQ(found[1].references, 0U); // its link has the reference
    EXPECT_EQ(found[2].what, "map 4");
    EXPECT_EQ(found[2].pid, 0U);
    EXPECT_EQ(found[2].through, "of the name operations, kept as /sys/fs/bpf/mine");
    EXPECT_EQ(found[2].remedy, "rm /sys/fs/bpf/mine");
    search.bpf = std::vector<BpfUser>{{Kind::Link, 3, "", true, "/sys/fs/bpf/mine"}};
    const auto both = test::found_by(find_bpf_programs, search);
    ASSERT_EQ(both.size(), 2U); // the name has to go, and the process
    EXPECT_EQ(both[0].pid + both[1].pid, 7U);
    EXPECT_EQ(both[0].references + both[1].references, 1U);
    search.bpf.reset();
    EXPECT_TRUE(test::found_by(find_bpf_programs, search).empty());
}

} // namespace
} // namespace mk
