// SPDX-License-Identifier: GPL-2.0-only
#include "cli/load_target.hpp"

#include <filesystem>
#include <gtest/gtest.h>

#include "base/text_file.hpp"
#include "cli/machine.hpp"
#include "fixtures/temporary_folder.hpp"

namespace mk::cli {
namespace {

TEST(LoadTarget, NamesAndAliasesStay) {
    for (const char *name : {"dummy", "nf-tables", "pci:v00008086d000010D3sv*", "komeda", "x.kop",
                             "devname:net/tun", "no/such/file"})
        EXPECT_EQ(absolute_target(name), name);
}

TEST(LoadTarget, FilesBecomeAbsolute) {
    const std::string here = std::filesystem::current_path().string();
    EXPECT_EQ(absolute_target("x.ko"), here + "/x.ko");
    EXPECT_EQ(absolute_target("x.ko.zst"), here + "/x.ko.zst");
    EXPECT_EQ(absolute_target("./x"), here + "/x");
    EXPECT_EQ(absolute_target("dir/x.ko"), here + "/dir/x.ko");
    EXPECT_EQ(absolute_target("../x"), here + "/../x");
    EXPECT_EQ(absolute_target("/lib/x.ko.xz"), "/lib/x.ko.xz");
}

// Above a link is the folder above the one that it leads to.
TEST(LoadTarget, AFileBehindALinkIsTheOneThatTheKernelFinds) {
    const mk::test::TemporaryFolder folder;
    folder.write("real/sub/README", "");
    folder.write("real/m.ko", "right");
    folder.write("m.ko", "wrong");
    std::filesystem::create_symlink("real/sub", folder / "link");
    EXPECT_EQ(read_text(absolute_target(folder / "link/../m.ko")), "right");
    EXPECT_EQ(read_text(absolute_target(folder / "./link/.//../m.ko")), "right");
}

// Of a root too.
TEST(LoadTarget, ARootBehindALinkIsTheOneThatTheKernelFinds) {
    const mk::test::TemporaryFolder folder;
    folder.write("real/sub/README", "");
    folder.write("real/image/etc/modprobe.d/x.conf", "");
    folder.write("image/README", "");
    std::filesystem::create_symlink("real/sub", folder / "link");
    Machine machine;
    machine.root = folder / "link/../image/";
    const auto places = places_of(machine, false);
    ASSERT_TRUE(places);
    EXPECT_FALSE(places.value().root.ends_with('/'));
    EXPECT_TRUE(std::filesystem::exists(places.value().root + "/etc/modprobe.d/x.conf"));
}

} // namespace
} // namespace mk::cli
