// SPDX-License-Identifier: GPL-2.0-only
#include "base/folder.hpp"

#include <gtest/gtest.h>
#include <string>
#include <unistd.h>
#include <vector>

#include "fixtures/temporary_folder.hpp"

namespace mk {
namespace {

using Names = std::vector<std::string>;

TEST(Folder, ContentsByTheirKind) {
    test::TemporaryFolder folder;
    folder.write("b/file", "");
    folder.write("a/file", "");
    folder.write("z", "");
    ASSERT_EQ(symlink("a", (folder / "link").c_str()), 0);
    ASSERT_EQ(symlink("nowhere", (folder / "gone").c_str()), 0);
    const auto contents = readable_contents(folder.path());
    EXPECT_EQ(contents.folders, (Names{"a", "b"}));
    EXPECT_EQ(contents.others, (Names{"gone", "link", "z"})) << "a link is followed by nobody";
    EXPECT_TRUE(readable_contents(folder / "nowhere").others.empty());
    EXPECT_EQ(readable_entries(folder.path()), (Names{"a", "b", "gone", "link", "z"}));
    const auto missing = entries(folder / "nowhere");
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, ErrorCode::NotFound);
}

} // namespace
} // namespace mk
