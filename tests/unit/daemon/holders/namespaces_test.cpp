// SPDX-License-Identifier: GPL-2.0-only
#include "holders/namespaces.hpp"

#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"

namespace mk {
namespace {

TEST(Namespaces, NamesOneProcessForEach) {
    test::HolderRoot root;
    root.process("self", "modkeeper");
    root.process("2", "one");
    root.process("10", "two", "mnt:[5]");
    root.process("9", "three", "mnt:[5]");
    root.write("proc/11/comm", "hidden\n"); // may not be looked into
    const auto found = namespaces_in(root.path(), "mnt");
    ASSERT_EQ(found.all.size(), 2U);
    EXPECT_TRUE(found.all[0].is_own);
    EXPECT_EQ(found.all[0].inode, 1U);
    EXPECT_EQ(found.all[1].inode, 5U);
    EXPECT_EQ(found.all[1].pid, 9U);
    EXPECT_FALSE(found.cut);
}

} // namespace
} // namespace mk
