// SPDX-License-Identifier: GPL-2.0-only
#include "base/load_state.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace mk {
namespace {

constexpr LoadState all[] = {LoadState::Absent, LoadState::BuiltIn, LoadState::Coming,
                             LoadState::Live, LoadState::Going};

TEST(LoadState, HasAWordOfItsOwnForEach) {
    std::set<std::string> words;
    for (const auto state : all)
        words.insert(state_name(state));
    EXPECT_EQ(words, (std::set<std::string>{"absent", "built-in", "coming", "live", "going"}));
    EXPECT_STREQ(state_name(LoadState::Going), "going");
}

TEST(LoadState, IsInTheKernelFromTheBeginningOfALoadToTheEndOfAnUnload) {
    std::set<LoadState> there;
    for (const auto state : all)
        if (is_in_kernel(state))
            there.insert(state);
    EXPECT_EQ(there, (std::set<LoadState>{LoadState::Coming, LoadState::Live, LoadState::Going}));
}

} // namespace
} // namespace mk
