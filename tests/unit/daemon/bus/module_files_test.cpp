// SPDX-License-Identifier: GPL-2.0-only
// What is kept of the files of modules, and when it is read again.
#include "bus/module_files.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "fixtures/module_tree.hpp"

namespace mk::bus {
namespace {

class ModuleFilesTest : public testing::Test {
  protected:
    ModuleFilesTest() {
        path_ = tree_.add("mk_one", {"license=GPL", "description=The first",
                                     "depends=", "parmtype=count:int", "parm=count:how many"});
        tree_.index();
    }

    test::ModuleTree tree_;
    std::string path_;
    ModuleFiles files_{tree_.places()};
};

TEST_F(ModuleFilesTest, SayWhatTheySay) {
    const auto &one = files_.find("mk_one", "");
    EXPECT_EQ(one.description, "The first");
    EXPECT_EQ(one.license, "GPL");
    EXPECT_EQ(one.path, path_);
    ASSERT_EQ(one.parameters.size(), 1U);
    EXPECT_EQ(one.parameters[0].name, "count");
    EXPECT_EQ(one.parameters[0].type, "int");
}

TEST_F(ModuleFilesTest, AreReadAgainWhenTheyChange) {
    EXPECT_EQ(files_.find("mk_one", "").description, "The first");
    tree_.add("mk_one", {"license=GPL", "description=Another", "depends="});
    EXPECT_EQ(files_.find("mk_one", "").description, "Another");
    EXPECT_TRUE(files_.find("mk_one", "").parameters.empty());
    std::filesystem::remove(path_);
    EXPECT_EQ(files_.find("mk_one", "").description, "");
}

TEST_F(ModuleFilesTest, AreFoundWhenTheIndexChanges) {
    EXPECT_EQ(files_.find("mk_two", "").path, "");
    const auto second = tree_.add("mk_two", {"license=GPL", "description=New", "depends="});
    EXPECT_EQ(files_.find("mk_two", "").path, "");
    tree_.index();
    EXPECT_EQ(files_.find("mk_two", "").path, second);
    EXPECT_EQ(files_.find("mk_one", "").description, "The first");
}

// A module is what it is called, whatever else modprobe.d has that name lead to.
TEST_F(ModuleFilesTest, AreThoseOfTheModuleItself) {
    tree_.add("mk_two", {"license=GPL", "description=Another", "depends="});
    tree_.configure("alias.conf", "alias mk_one mk_two\n");
    tree_.index();
    EXPECT_EQ(files_.find("mk_one", "").description, "The first");
}

TEST_F(ModuleFilesTest, ByPathNeedNoIndex) {
    const auto other = tree_.root().write("other.ko", tree_.content("mk_one"));
    EXPECT_EQ(files_.find("other", "").path, "");
    EXPECT_EQ(files_.find("other", other).description, "The first");
}

TEST(ModuleFilesWithoutATree, AreEmpty) {
    ModuleFiles files({"/nowhere", {"/nowhere"}});
    EXPECT_EQ(files.find("mk_one", "").path, "");
    EXPECT_EQ(files.find("mk_one", "/nowhere/mk_one.ko").description, "");
}

} // namespace
} // namespace mk::bus
