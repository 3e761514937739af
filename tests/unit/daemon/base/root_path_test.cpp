// SPDX-License-Identifier: GPL-2.0-only
// Links below another root: they lead where they will when it runs, and never out of it.
#include "base/root_path.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/text_file.hpp"
#include "fixtures/module_names.hpp"
#include "fixtures/temporary_folder.hpp"
#include "kmod/places.hpp"
#include "system/loaded_modules.hpp"

namespace mk {
namespace {

namespace fs = std::filesystem;

class RootPath : public testing::Test {
  protected:
    RootPath() { outside_.write("root/usr/lib/modules/x", "inside"); }

    std::string at(const std::string &path) const { return within_root(root_, root_ + path); }
    void link(const std::string &path, const std::string &target) const {
        fs::create_symlink(target, root_ + path);
    }

    test::TemporaryFolder outside_;
    const std::string root_ = outside_ / "root";
};

TEST_F(RootPath, WithoutLinksOrWithThoseThatLeadWithinItStaysAsItIs) {
    EXPECT_EQ(at("/usr/lib/modules/x"), root_ + "/usr/lib/modules/x");
    link("/lib", "usr/lib");
    EXPECT_EQ(at("/lib/modules/x"), root_ + "/lib/modules/x");
    EXPECT_EQ(at("/lib/modules/nothing/there"), root_ + "/lib/modules/nothing/there");
}

// ".." leads away from the last folder, not from the dot behind it.
TEST_F(RootPath, ADotIsNoFolder) {
    outside_.write("root/etc/y", "");
    link("/etc/dots", "/usr/./lib/./../../etc/./y");
    EXPECT_EQ(at("/etc/dots"), root_ + "/etc/y");
}

TEST_F(RootPath, AnAbsoluteLinkBeginsAtTheRoot) {
    link("/lib", "/usr/lib");
    EXPECT_EQ(at("/lib/modules/x"), root_ + "/usr/lib/modules/x");
    outside_.write("root/etc/y", "");
    link("/etc/link", "/lib/modules/x");
    EXPECT_EQ(at("/etc/link"), root_ + "/usr/lib/modules/x");
    EXPECT_EQ(at("/etc/link/below"), root_ + "/usr/lib/modules/x/below");
}

TEST_F(RootPath, NothingLeadsAboveTheRoot) {
    outside_.write("secret", "outside");
    link("/up", "../../secret");
    EXPECT_EQ(at("/up"), root_ + "/secret");
    EXPECT_EQ(at("/usr/../../../secret"), root_ + "/secret");
}

// The kernel would follow what is left of them from this machine's root.
TEST_F(RootPath, MoreLinksThanTheKernelFollowsLeadNowhere) {
    const auto secret = outside_.write("secret", "outside");
    for (int i = 0; i < 60; ++i)
        link("/l" + std::to_string(i), "/l" + std::to_string(i + 1));
    link("/l60", secret);
    EXPECT_EQ(at("/l21"), root_ + secret);
    EXPECT_NE(at("/l20"), root_ + secret) << "one more";
    EXPECT_EQ(read_text(at("/l20")), std::nullopt) << at("/l20");
    EXPECT_EQ(read_text(at("/l0")), std::nullopt) << at("/l0");
    EXPECT_EQ(read_text(at("/l0") + "/../secret"), std::nullopt);
    EXPECT_FALSE(fs::exists(at("/l0")) || fs::is_symlink(at("/l0")));
}

TEST_F(RootPath, ACircleOfLinksLeadsNowhere) {
    link("/one", "/two");
    link("/two", "/one");
    std::error_code failed;
    EXPECT_FALSE(fs::is_symlink(fs::symlink_status(at("/one"), failed))) << at("/one");
    EXPECT_FALSE(fs::exists(at("/one/below"), failed)) << at("/one/below");
}

TEST_F(RootPath, WhatIsReadOfTheKernelFollowsNoLinkOutOfTheRoot) {
    outside_.write("modules", "secret 1 0 - Live 0x0\n");
    outside_.write("module/secret/initstate", "live\n");
    outside_.write("cmdline", "secret.x=1\n");
    fs::create_directories(root_ + "/proc");
    fs::create_directories(root_ + "/sys");
    link("/proc/modules", outside_ / "modules");
    link("/proc/cmdline", outside_ / "cmdline");
    link("/sys/module", outside_ / "module");
    const LoadedModules loaded(root_);
    EXPECT_FALSE(loaded.readable());
    EXPECT_TRUE(loaded.list().empty());
    EXPECT_EQ(loaded.state("secret"_module), LoadState::Absent);
    EXPECT_EQ(read_text(ConfigurationPlaces{root_}.command_line_file()), std::nullopt);
}

} // namespace
} // namespace mk
