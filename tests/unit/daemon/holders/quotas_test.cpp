// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"
#include "fixtures/module_names.hpp"

namespace mk {
namespace {

TEST(Quotas, HoldTheModuleOfTheirFormat) {
    test::HolderRoot root;
    auto search = root.search("quota_v2");
    search.quotas = {{"/home", "user", 4, false},
                     {"/home", "group", 2, false},
                     {"/old", "user", 1, false},
                     {"/my data", "project", 4, true},
                     {"/run", "user", 5, false}};
    const auto found = test::found_by(find_quotas, search);
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].kind, HolderKind::Quota);
    EXPECT_EQ(found[0].what, "/home");
    EXPECT_EQ(found[0].through, "on which user quotas are on");
    EXPECT_EQ(found[0].references, 1U);
    EXPECT_EQ(found[0].remedy, "quotaoff -u /home");
    EXPECT_EQ(found[1].remedy, "quotaoff -g /home");
    EXPECT_EQ(found[2].remedy, "umount '/my data'");
    search.module.name = "quota_v1"_module;
    EXPECT_EQ(test::found_by(find_quotas, search).at(0).what, "/old");
    EXPECT_TRUE(is_quota_format("quota_v1"_module));
    EXPECT_TRUE(is_quota_format("quota_v2"_module));
    EXPECT_FALSE(is_quota_format("quota_tree"_module));
}

} // namespace
} // namespace mk
