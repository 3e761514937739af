// SPDX-License-Identifier: GPL-2.0-only
// Index files as depmod makes them, and damaged in every way that a disk can.
#include "kmod/module_index.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "base/text_file.hpp"
#include "fixtures/module_names.hpp"
#include "fixtures/module_tree.hpp"
#include "kmod/catalog.hpp"

namespace mk {
namespace {

class ModuleIndex : public testing::Test {
  protected:
    ModuleIndex() {
        for (const auto *name : {"alpha", "alpine", "beta"})
            tree_.add(name, {"name=" + std::string(name), "license=GPL",
                             "alias=pci:v0000*" + std::string(name), "alias=" + std::string(name)});
        tree_.index();
        path_ = tree_.places().module_dir + "/modules.dep.bin";
        whole_ = read_text(path_).value();
    }
    void write(const std::string &bytes) { std::ofstream(path_, std::ios::binary) << bytes; }

    test::ModuleTree tree_;
    std::string path_;
    std::string whole_;
};

TEST_F(ModuleIndex, WhatDepmodMakesIsWhole) {
    EXPECT_TRUE(is_whole_index(whole_));
    EXPECT_TRUE(check_module_index(tree_.places().module_dir));
}

TEST_F(ModuleIndex, CutAnywhereItIsNot) {
    for (std::size_t length = 0; length < whole_.size(); ++length)
        EXPECT_FALSE(is_whole_index(whole_.substr(0, length))) << length;
}

// Some changes only change a text; what counts is that nothing is read beyond the end.
TEST_F(ModuleIndex, NoByteLeadsAstray) {
    for (std::size_t at = 0; at < whole_.size(); ++at)
        for (char value : {'\0', '\x7f', '\xff'}) {
            auto bytes = whole_;
            bytes[at] = value;
            is_whole_index(bytes);
        }
}

TEST_F(ModuleIndex, NamesAreFoundAsLibkmodFindsThem) {
    const auto folder = tree_.places().module_dir;
    EXPECT_TRUE(are_listed(folder, names({"alpha", "alpine", "beta"})));
    for (const auto *name : {"", "a", "alp", "alph", "alphaa", "al", "gamma", "alpine/"})
        EXPECT_FALSE(are_listed(folder, names({"alpha", name}))) << name;
    EXPECT_FALSE(are_listed(folder + "/none", names({"alpha"})));
    for (std::size_t length = 0; length < whole_.size(); ++length)
        is_in_index(whole_.substr(0, length), "alpine");
    for (std::size_t at = 0; at < whole_.size(); ++at)
        for (char value : {'\0', '\x7f', '\xff'}) {
            auto bytes = whole_;
            bytes[at] = value;
            is_in_index(bytes, "alpine");
        }
}

TEST_F(ModuleIndex, ANodeThatLeadsToItselfIsDamage) {
    // magic, version, root; the root at 16 with one child: the root
    const std::string bytes("\xB0\x07\xF4\x57\x00\x02\x00\x01\x20\x00\x00\x10\x00\x00\x00\x00"
                            "aa\x20\x00\x00\x10",
                            22);
    EXPECT_FALSE(is_whole_index(bytes));
}

// As depmod of kmod 34 writes them.
TEST_F(ModuleIndex, TheRootMayComeFirst) {
    const std::string bytes("\xB0\x07\xF4\x57\x00\x02\x00\x01\x20\x00\x00\x0C"
                            "aa\x40\x00\x00\x12"
                            "\x00\x00\x00\x01\x00\x00\x00\x00x\x00",
                            28);
    EXPECT_TRUE(is_whole_index(bytes));
    for (std::size_t length = 0; length < bytes.size(); ++length)
        EXPECT_FALSE(is_whole_index(bytes.substr(0, length))) << length;
}

TEST_F(ModuleIndex, ANodeWithTwoParentsIsDamage) {
    const std::string bytes("\xB0\x07\xF4\x57\x00\x02\x00\x01\x20\x00\x00\x0C"
                            "ab\x40\x00\x00\x16\x40\x00\x00\x16"
                            "\x00\x00\x00\x01\x00\x00\x00\x00x\x00",
                            32);
    EXPECT_FALSE(is_whole_index(bytes));
}

TEST_F(ModuleIndex, ACatalogNamesTheFileAndWhatToDo) {
    write(whole_.substr(0, whole_.size() / 2));
    auto catalog = Catalog::create(tree_.places());
    ASSERT_FALSE(catalog);
    EXPECT_EQ(catalog.error().code, ErrorCode::Failed);
    EXPECT_NE(catalog.error().message.find(path_), std::string::npos);
    EXPECT_NE(catalog.error().message.find("depmod"), std::string::npos);
    write(whole_);
    EXPECT_TRUE(Catalog::create(tree_.places()));
}

TEST_F(ModuleIndex, AModuleThatTheIndexLacksIsNotMisspelt) {
    auto listed = tree_.places().module_dir + "/modules.dep";
    std::ofstream(listed, std::ios::app) << "kernel/gamma.ko:\n";
    auto catalog = Catalog::create(tree_.places(), NearNames::LookedFor);
    ASSERT_TRUE(catalog);
    auto found = catalog.value().find("gamma");
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().message.find("did you mean"), std::string::npos);
    EXPECT_NE(found.error().message.find("depmod"), std::string::npos);
}

} // namespace
} // namespace mk
