// SPDX-License-Identifier: GPL-2.0-only
#include "kmod/unlisted_file.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "fixtures/temporary_folder.hpp"

namespace mk {
namespace {

TEST(UnlistedFile, IsFoundByTheNameOfTheModule) {
    test::TemporaryFolder folder;
    const auto path = folder.write("kernel/drivers/net/mk-one.ko.xz", "");
    EXPECT_EQ(unlisted_file(folder.path(), "mk_one"), path);
    EXPECT_EQ(unlisted_file(folder.path(), "mk-one"), path);
    EXPECT_EQ(unlisted_file(folder.path(), "mk_two"), "");
    EXPECT_EQ(unlisted_file(folder / "nonexistent", "mk_one"), "");
}

TEST(UnlistedFile, LinksAreNotFollowed) {
    test::TemporaryFolder folder;
    test::TemporaryFolder sources;
    sources.write("mk_one.ko", "");
    folder.write("mk_one.o", "");
    std::filesystem::create_directory_symlink(sources.path(), folder / "build");
    EXPECT_EQ(unlisted_file(folder.path(), "mk_one"), "");
}

} // namespace
} // namespace mk
