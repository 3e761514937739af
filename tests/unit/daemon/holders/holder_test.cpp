// SPDX-License-Identifier: GPL-2.0-only
#include "holders/holder.hpp"

#include <gtest/gtest.h>

#include "fixtures/module_names.hpp"

namespace mk {
namespace {

Holder of_process(std::uint32_t pid, std::optional<uid_t> user) {
    Holder holder;
    holder.pid = pid;
    holder.references = 1;
    holder.is_public = false;
    holder.user = user;
    return holder;
}

TEST(Holders, OtherUsersProcessesAreNotTold) {
    Holder swap;
    swap.kind = HolderKind::Swap;
    const HolderList list{
        "mk"_module, 4, {swap, of_process(7, 1000), of_process(8, 0), of_process(9, {})}, {}};
    const auto told = as_told_to(list, 1000);
    ASSERT_EQ(told.holders.size(), 2U);
    EXPECT_EQ(told.holders[0].kind, HolderKind::Swap);
    EXPECT_EQ(told.holders[1].pid, 7U);
    EXPECT_EQ(told.unchecked.size(), 1U);
}

TEST(Holders, ExplainNoMoreThanThereIs) {
    HolderList list{"mk"_module, 3, {of_process(7, 0)}, {}};
    EXPECT_EQ(list.explained(), 1U);
    EXPECT_EQ(list.rest(), 2U);
    list.holders.resize(5, list.holders.front());
    EXPECT_EQ(list.explained(), 3U);
    EXPECT_EQ(list.rest(), 0U);
}

} // namespace
} // namespace mk
