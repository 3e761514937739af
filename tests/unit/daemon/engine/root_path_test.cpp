// SPDX-License-Identifier: GPL-2.0-only
// Links below another root: they lead where they will when it runs, and never out of it.
#include "engine/root_path.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "fixtures/temporary_folder.hpp"

namespace mk::engine {
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

TEST_F(RootPath, ACircleOfLinksEnds) {
    link("/one", "/two");
    link("/two", "/one");
    EXPECT_TRUE(at("/one").starts_with(root_ + "/"));
}

} // namespace
} // namespace mk::engine
