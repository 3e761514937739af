// SPDX-License-Identifier: GPL-2.0-only
#include "policy/kept_text.hpp"

#include <gtest/gtest.h>

namespace mk::policy {
namespace {

const std::vector<RuleFile> two = {
    {"/etc/modkeeper/policy.d/10-a.rules", "deny load a # why\nfile 1 1 x"},
    {"/usr/lib/modkeeper/policy.d/a name\nof two lines.rules", ""}};

TEST(KeptText, ComesBackAsItWas) {
    const auto kept = kept_text_of(two);
    ASSERT_TRUE(kept);
    const auto back = files_in(kept.value().bytes);
    ASSERT_TRUE(back);
    EXPECT_EQ(back.value().digest, kept.value().digest);
    ASSERT_EQ(back.value().files.size(), 2U);
    for (std::size_t i = 0; i < two.size(); ++i) {
        EXPECT_EQ(back.value().files[i].path, two[i].path);
        EXPECT_EQ(back.value().files[i].text, two[i].text);
    }
}

TEST(KeptText, NothingIsATextToo) {
    const auto kept = kept_text_of({});
    ASSERT_TRUE(kept);
    const auto back = files_in(kept.value().bytes);
    ASSERT_TRUE(back);
    EXPECT_TRUE(back.value().files.empty());
}

TEST(KeptText, TheSameRulesInAnotherPlaceAreAnotherText) {
    const auto kept = kept_text_of({{"/etc/a.rules", "deny load a\n"}});
    const auto moved = kept_text_of({{"/etc/b.rules", "deny load a\n"}});
    EXPECT_NE(kept.value().digest, moved.value().digest);
    EXPECT_EQ(kept.value().digest,
              kept_text_of({{"/etc/a.rules", "deny load a\n"}}).value().digest);
}

TEST(KeptText, ATornOneIsRefusedWhereverItIsTorn) {
    const auto bytes = kept_text_of(two).value().bytes;
    for (std::size_t size = 0; size < bytes.size(); ++size)
        EXPECT_FALSE(files_in(bytes.substr(0, size))) << size;
    EXPECT_FALSE(files_in(bytes + "x"));
}

TEST(KeptText, AChangedOneIsRefusedWhereverItIsChanged) {
    const auto bytes = kept_text_of(two).value().bytes;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        auto changed = bytes;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        EXPECT_FALSE(files_in(changed)) << i;
    }
}

} // namespace
} // namespace mk::policy
