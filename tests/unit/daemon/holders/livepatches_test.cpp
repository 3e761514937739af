// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"

namespace mk {
namespace {

TEST(Livepatches, HoldTheirModuleWhileTheyAreEnabled) {
    test::HolderRoot root;
    root.write("sys/kernel/livepatch/mk_patch/enabled", "1\n");
    EXPECT_EQ(test::found_by(find_livepatches, root.search("mk_patch")).size(), 1U);
    root.write("sys/kernel/livepatch/mk_patch/enabled", "0\n");
    EXPECT_TRUE(test::found_by(find_livepatches, root.search("mk_patch")).empty());
}

} // namespace
} // namespace mk
