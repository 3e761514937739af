// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"

namespace mk {
namespace {

TEST(BpfPrograms, AreToldWithWhoHasThemOpen) {
    test::HolderRoot root;
    root.process("7", "tracer");
    root.link("anon_inode:bpf_link", "proc/7/fd/4");
    root.write("proc/7/fdinfo/4", "pos:\t0\nlink_type:\ttracing\nlink_id:\t3\n");
    root.link("anon_inode:bpf-prog", "proc/7/fd/5");
    root.write("proc/7/fdinfo/5", "pos:\t0\nprog_id:\t3\n");
    auto search = root.search("nbd");
    search.bpf =
        std::vector<BpfUser>{{true, 3, "nbd_send_request"}, {false, 3, ""}, {false, 4, "pinned"}};
    const auto found = test::found_by(find_bpf_programs, search);
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].what, "link 3");
    EXPECT_EQ(found[0].fd, 4);
    EXPECT_EQ(found[0].pid, 7U);
    EXPECT_EQ(found[1].what, "program 3");
    EXPECT_EQ(found[1].fd, 5);
    EXPECT_EQ(found[2].pid, 0U);
    search.bpf.reset();
    EXPECT_TRUE(test::found_by(find_bpf_programs, search).empty());
}

} // namespace
} // namespace mk
