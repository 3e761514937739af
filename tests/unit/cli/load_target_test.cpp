// SPDX-License-Identifier: GPL-2.0-only
#include "cli/load_target.hpp"

#include <filesystem>
#include <gtest/gtest.h>

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
    EXPECT_EQ(absolute_target("./a/../x"), here + "/x");
    EXPECT_EQ(absolute_target("dir/x.ko"), here + "/dir/x.ko");
    EXPECT_EQ(absolute_target("../x").find(".."), std::string::npos);
    EXPECT_EQ(absolute_target("/lib/x.ko.xz"), "/lib/x.ko.xz");
}

} // namespace
} // namespace mk::cli
