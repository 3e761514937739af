// SPDX-License-Identifier: GPL-2.0-only
#include "policy/learned_file.hpp"

#include <gtest/gtest.h>

#include "base/text_file.hpp"
#include "fixtures/temporary_folder.hpp"

namespace mk::policy {
namespace {

TEST(LearnedFile, IsReplacedAsLongAsNobodyChangesIt) {
    const test::TemporaryFolder folder;
    const auto path = folder / "50-learned.rules";
    ASSERT_TRUE(write_learned(path, "allow load a\n"));
    EXPECT_TRUE(is_sealed_text(*read_text(path)));
    ASSERT_TRUE(write_learned(path, "allow load b\n"));
    const auto text = *read_text(path);
    EXPECT_EQ(text.find("allow load b\n"), 0U);
    ASSERT_TRUE(write_learned(path, "allow load b\n"));
    EXPECT_EQ(*read_text(path), text);
}

TEST(LearnedFile, IsNeverWrittenOverWhatOthersWrote) {
    const test::TemporaryFolder folder;
    const auto path = folder / "50-learned.rules";
    ASSERT_TRUE(write_learned(path, "allow load a\nallow load b\n"));
    const auto whole = *read_text(path);
    const auto added = whole + "allow load mine\n";
    auto taken = whole;
    taken.erase(0, taken.find('\n') + 1);
    for (const auto &changed : {added, taken, std::string("allow load a\n"), "\n" + whole}) {
        folder.write("50-learned.rules", changed);
        const auto written = write_learned(path, "allow load c\n");
        ASSERT_FALSE(written) << changed;
        EXPECT_NE(written.error().message.find("was changed since"), std::string::npos);
        EXPECT_EQ(*read_text(path), changed);
    }
}

} // namespace
} // namespace mk::policy
