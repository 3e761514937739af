// SPDX-License-Identifier: GPL-2.0-only
#include "base/suggestion.hpp"

#include <gtest/gtest.h>

namespace mk {
namespace {

TEST(Suggestion, FindsASlipOfTheFingers) {
    const std::vector<std::string> known = {"btrfs", "wireguard", "dummy"};
    EXPECT_EQ(nearest("wiregaurd", known), "wireguard");
    EXPECT_EQ(nearest("dumy", known), "dummy");
    EXPECT_EQ(nearest("btfrs", known), "btrfs");
}

TEST(Suggestion, TakesALetterForLeftOutRatherThanMistaken) {
    EXPECT_EQ(nearest("lod", {"log", "load"}), "load");
    EXPECT_EQ(nearest("lod", {"load", "log"}), "load");
}

TEST(Suggestion, IsSilentWhenNothingIsNear) {
    EXPECT_EQ(nearest("nf_tables", {"btrfs", "dummy"}), "");
    EXPECT_EQ(nearest("x", {"abc"}), "");
    EXPECT_EQ(nearest("dum", {"dummy"}), "");
    EXPECT_EQ(nearest("dummy", {}), "");
}

} // namespace
} // namespace mk
