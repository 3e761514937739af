// SPDX-License-Identifier: GPL-2.0-only
#include "kmod/catalog.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "fixtures/kernel_files.hpp"
#include "fixtures/module_file.hpp"
#include "fixtures/module_names.hpp"
#include "fixtures/module_tree.hpp"

namespace mk {
namespace {

class CatalogTest : public testing::Test {
  protected:
    CatalogTest() {
        path_ = tree_.add("mk_one",
                          {"name=mk_one", "license=GPL", "description=The first", "version=2.0",
                           "srcversion=ABC", "depends=mk_two", "alias=pci:v00001234d*",
                           "author=Somebody", "vermagic=6.1.0-test SMP", "parmtype=count:int",
                           "parm=count:how many", "parm=mode:which: a or b"});
        tree_.add("mk_two", {"name=mk_two", "license=GPL"});
        tree_.build_in("mk_inside");
        tree_.configure("deny.conf", "blacklist mk-two\n");
        tree_.index();
    }
    Catalog catalog() {
        auto made = Catalog::create(tree_.places());
        EXPECT_TRUE(made);
        return std::move(made.value());
    }

    test::ModuleTree tree_;
    std::string path_;
};

TEST_F(CatalogTest, TellsWhatTheFileSays) {
    auto found = catalog().find("mk-one");
    ASSERT_TRUE(found) << found.error().message;
    const auto &file = found.value();
    EXPECT_EQ(file.name, "mk_one");
    EXPECT_EQ(file.path, path_);
    EXPECT_EQ(file.license, "GPL");
    EXPECT_EQ(file.description, "The first");
    EXPECT_EQ(file.version, "2.0");
    EXPECT_EQ(file.srcversion, "ABC");
    EXPECT_EQ(file.depends, std::vector<std::string>{"mk_two"});
    EXPECT_EQ(file.vermagic, "6.1.0-test SMP");
    ASSERT_EQ(file.parameters.size(), 2U);
    EXPECT_EQ(file.parameters[0].name, "count");
    EXPECT_EQ(file.parameters[0].type, "int");
    EXPECT_EQ(file.parameters[0].description, "how many");
    EXPECT_EQ(file.parameters[1].type, "");
    EXPECT_EQ(file.parameters[1].description, "which: a or b");
    EXPECT_EQ(file.blacklisted_by, "");
}

TEST_F(CatalogTest, FollowsAliasesAndPaths) {
    EXPECT_EQ(catalog().find("pci:v00001234d5").value().name, "mk_one");
    EXPECT_EQ(catalog().find(path_).value().name, "mk_one");
}

TEST_F(CatalogTest, KnowsWhoBlacklists) {
    EXPECT_EQ(catalog().find("mk_two").value().blacklisted_by,
              tree_.root() / "modprobe.d/deny.conf:1");
}

TEST_F(CatalogTest, SeesEveryChangeOfTheConfiguration) {
    const auto places = tree_.places();
    auto made = Catalog::create(places);
    ASSERT_TRUE(made);
    EXPECT_FALSE(made.value().stale());
    tree_.configure("deny.conf", "blacklist mk-two\nblacklist mk-one\n");
    EXPECT_TRUE(made.value().stale()) << "written in place";
    auto again = Catalog::create(places);
    tree_.configure("more.conf", "");
    EXPECT_TRUE(again.value().stale()) << "a new file";
    const auto later = tree_.root() / "run/modprobe.d";
    auto with_missing = Catalog::create({places.module_dir, {places.config_dirs.at(0), later}});
    ASSERT_TRUE(with_missing);
    EXPECT_FALSE(with_missing.value().stale());
    std::filesystem::create_directories(later);
    EXPECT_TRUE(with_missing.value().stale()) << "a folder that was not there";
}

TEST_F(CatalogTest, SoftdepsMayBeOfAPattern) {
    tree_.configure("soft.conf", "softdep mk_[n-p]* pre: mk_two\n");
    EXPECT_TRUE(catalog().has_softdeps("mk_one"_module));
    EXPECT_FALSE(catalog().has_softdeps("mk_two"_module));
}

TEST_F(CatalogTest, WhatIsBuiltInIsTakenFromTheIndex) {
    using namespace std::string_literals;
    std::ofstream(tree_.places().module_dir + "/modules.builtin.modinfo")
        << "mk_insider.license=no\0mk_inside.license=GPL\0mk_inside.parm=a:A number\0"
           "mk_inside.parmtype=a:int\0mk_inside\0no\0mk_inside.author=One"s;
    const auto found = Catalog::create(tree_.places()).value().find("mk_inside");
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_TRUE(found.value().built_in);
    EXPECT_EQ(found.value().license, "GPL");
    EXPECT_EQ(found.value().authors, std::vector<std::string>{"One"});
    ASSERT_EQ(found.value().parameters.size(), 1U);
    EXPECT_EQ(found.value().parameters[0].type, "int");
}

TEST_F(CatalogTest, KnowsWhatIsBuiltIn) {
    auto found = catalog().find("mk_inside");
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_TRUE(found.value().built_in);
    EXPECT_EQ(found.value().path, "");
}

TEST_F(CatalogTest, AnObjectThatIsNoModuleIsBadFormat) {
    auto object = test::module_file({});
    object.replace(object.find(".modinfo"), 8, ".comment");
    auto found = catalog().find(tree_.root().write("object.o", object));
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, ErrorCode::BadFormat);
}

// Whatever libkmod was built with.
TEST_F(CatalogTest, ReadsCompressedFilesToo) {
    const auto module = test::module_file({"name=mk_one", "license=GPL", "version=3"});
    auto found =
        catalog().find(tree_.root().write("packed/mk_one.ko.gz", test::packed_with_gzip(module)));
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(found.value().version, "3");
    auto cut = test::packed_with_gzip(module);
    cut.resize(cut.size() - 20);
    found = catalog().find(tree_.root().write("packed/mk_two.ko.gz", cut));
    ASSERT_FALSE(found);
    EXPECT_NE(found.error().message.find("cannot be unpacked"), std::string::npos)
        << found.error().message;
}

TEST_F(CatalogTest, APipeInModprobeDIsNamedAndNotWaitedFor) {
    tree_.configure("a.conf", "");
    const auto pipe = tree_.root() / "modprobe.d/pipe.conf";
    ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
    const auto made = Catalog::create(tree_.places());
    ASSERT_FALSE(made);
    EXPECT_NE(made.error().message.find("pipe.conf"), std::string::npos) << made.error().message;
    std::filesystem::remove(pipe);
    std::filesystem::create_symlink("/dev/null", pipe);
    EXPECT_TRUE(Catalog::create(tree_.places()));
}

TEST_F(CatalogTest, NoticesNewConfiguration) {
    auto made = catalog();
    EXPECT_FALSE(made.stale());
    tree_.configure("more.conf", "blacklist mk-one\n");
    EXPECT_TRUE(made.stale());
}

} // namespace
} // namespace mk
