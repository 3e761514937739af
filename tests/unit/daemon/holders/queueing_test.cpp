// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"

namespace mk {
namespace {

TEST(Queueing, TellsTheDisciplinesOfTheModule) {
    test::HolderRoot root;
    auto search = root.search("sch_ingress");
    search.qdiscs = {{"ingress", 1}, {"clsact", 1'000'000}, {"sfq", 1}};
    const auto found = test::found_by(find_qdiscs, search);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].what, "ingress");
    EXPECT_EQ(found[0].through, "on lo");
    EXPECT_EQ(found[1].through, "on an interface");
}

} // namespace
} // namespace mk
