// SPDX-License-Identifier: GPL-2.0-only
#include "kmod/module_files.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "fixtures/temporary_folder.hpp"

namespace mk {
namespace {

using Paths = std::vector<std::string>;

TEST(ModuleFiles, AreFoundPackedOrNot) {
    test::TemporaryFolder folder;
    const auto packed = folder.write("kernel/drivers/net/mk-one.ko.xz", "");
    const auto plain = folder.write("updates/mk_two.ko", "");
    folder.write("updates/mk_two.konto", "");
    folder.write("updates/mk_two.o", "");
    auto files = module_files(folder.path());
    std::sort(files.begin(), files.end());
    EXPECT_EQ(files, (Paths{packed, plain}));
    EXPECT_EQ(added_module_files(folder.path()), Paths{plain});
    EXPECT_EQ(module_files(folder / "nonexistent"), Paths{});
}

TEST(ModuleFiles, LinksAreNotFollowed) {
    test::TemporaryFolder folder;
    test::TemporaryFolder sources;
    sources.write("mk_one.ko", "");
    std::filesystem::create_directory_symlink(sources.path(), folder / "build");
    EXPECT_EQ(module_files(folder.path()), Paths{});
}

} // namespace
} // namespace mk
