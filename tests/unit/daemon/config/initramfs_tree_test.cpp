// SPDX-License-Identifier: GPL-2.0-only
#include "config/initramfs_tree.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "fixtures/temporary_folder.hpp"

namespace mk {
namespace {

TEST(InitramfsTree, ModulesAreThoseOfTheKernelEachOnce) {
    test::TemporaryFolder tree;
    tree.write("usr/lib/modules/6.1/kernel/fs/b.ko.xz", "x");
    tree.write("usr/lib/modules/6.1/kernel/a-a.ko", "x");
    tree.write("usr/lib/modules/6.1/modules.dep", "x");
    tree.write("usr/lib/modules/5.0/old.ko", "x");
    std::filesystem::create_directory_symlink("usr/lib", tree / "lib");
    const auto found = modules_in_tree(tree.path(), "6.1");
    ASSERT_TRUE(found) << found.error().message;
    ASSERT_EQ(found.value().size(), 2U);
    EXPECT_EQ(found.value()[0].name, "a_a");
    EXPECT_EQ(found.value()[1].name, "b");
    EXPECT_TRUE(found.value()[1].path.ends_with("/modules/6.1/kernel/fs/b.ko.xz"));
}

TEST(InitramfsTree, WithoutALinkTheyAreInLib) {
    test::TemporaryFolder tree;
    tree.write("lib/modules/6.1/a.ko", "x");
    EXPECT_EQ(modules_in_tree(tree.path(), "6.1").value().size(), 1U);
}

TEST(InitramfsTree, OneWithoutModulesIsNone) {
    test::TemporaryFolder tree;
    for (const auto &path : {tree.path(), tree / "none"}) {
        const auto found = modules_in_tree(path, "6.1");
        ASSERT_FALSE(found);
        EXPECT_EQ(found.error().code, ErrorCode::NotFound);
    }
}

} // namespace
} // namespace mk
