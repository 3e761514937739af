// SPDX-License-Identifier: GPL-2.0-only
#include "holders/special_files.hpp"

#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"

namespace mk {
namespace {

TEST(SpecialFiles, AreThoseWithoutAPath) {
    test::HolderRoot root;
    root.process("7", "compositor");
    root.link("/dmabuf:", "proc/7/fd/4");
    root.link("/tmp/dmabuf:", "proc/7/fd/5");
    root.link("socket:[7]", "proc/7/fd/6");
    root.process("8", "tracer");
    root.link("anon_inode:bpf_link", "proc/8/fd/11");
    root.process("9", "hidden");
    const auto found = special_files(root.path());
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].pid, 7U);
    EXPECT_EQ(found[0].fd, 4);
    EXPECT_EQ(found[0].target, "/dmabuf:");
    EXPECT_EQ(found[1].pid, 8U);
    EXPECT_EQ(found[1].fd, 11);
    EXPECT_EQ(found[1].target, "anon_inode:bpf_link");
}

} // namespace
} // namespace mk
