// SPDX-License-Identifier: GPL-2.0-only
#include "engine/blacklist.hpp"

#include <gtest/gtest.h>

#include "fixtures/temporary_folder.hpp"

namespace mk::engine {
namespace {

TEST(Blacklist, NamesTheFile) {
    test::TemporaryFolder folder;
    auto file = folder.write("a/x.conf", "# blacklist other\nblacklist  pc-speaker\n");
    folder.write("a/notes.txt", "blacklist notes\n");
    auto cmdline = folder.write("cmdline", "quiet modprobe.blacklist=one,two-x\n");
    std::vector<std::string> dirs = {folder / "missing", folder / "a"};
    EXPECT_EQ(find_blacklist_line("pc_speaker", dirs, cmdline), file);
    EXPECT_EQ(find_blacklist_line("other", dirs, cmdline), "");
    EXPECT_EQ(find_blacklist_line("notes", dirs, cmdline), "");
    EXPECT_EQ(find_blacklist_line("two_x", dirs, cmdline),
              "modprobe.blacklist= on the kernel command line");
}

TEST(Blacklist, FirstFileOfANameHidesTheOthers) {
    test::TemporaryFolder folder;
    folder.write("etc/x.conf", "# nothing\n");
    folder.write("lib/x.conf", "blacklist hidden\n");
    EXPECT_EQ(find_blacklist_line("hidden", {folder / "etc", folder / "lib"}, "/dev/null"), "");
}

} // namespace
} // namespace mk::engine
