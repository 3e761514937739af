// SPDX-License-Identifier: GPL-2.0-only
// What is told of the file that modprobe would load.
#include "bus/file_info.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/text_file.hpp"
#include "fixtures/module_names.hpp"
#include "fixtures/module_tree.hpp"

namespace mk::bus {
namespace {

class FileInfo : public testing::Test {
  protected:
    FileInfo() {
        path_ = tree_.add("mk_one", {"license=GPL", "description=The first", "depends=mk_a,mk_b"});
        tree_.index();
    }
    // "" when it is not told.
    std::string told(const std::string &key, const std::string &name = "mk_one") {
        const auto answer = file_info(tree_.places(), ModuleName(name));
        EXPECT_TRUE(answer) << answer.error().message;
        for (const auto &field : answer.value().rows.front()) {
            if (field.key != key)
                continue;
            const auto *texts = std::get_if<std::vector<std::string>>(&field.value);
            return texts ? join(*texts, ",") : std::get<std::string>(field.value);
        }
        return "";
    }

    test::ModuleTree tree_;
    std::string path_;
};

TEST_F(FileInfo, IsWhatTheFileSays) {
    EXPECT_EQ(told("file"), path_);
    EXPECT_EQ(told("description"), "The first");
    EXPECT_EQ(told("license"), "GPL");
    EXPECT_EQ(told("depends"), "mk_a,mk_b");
}

// A module is what it is called, whatever else modprobe.d has that name lead to.
TEST_F(FileInfo, IsOfTheModuleItself) {
    tree_.add("mk_two", {"license=GPL", "description=Another", "depends="});
    tree_.configure("alias.conf", "alias mk_one mk_two\n");
    tree_.index();
    EXPECT_EQ(told("description"), "The first");
}

TEST_F(FileInfo, IsNotFoundWithoutAFile) {
    const auto unknown = file_info(tree_.places(), "mk_two"_module);
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().code, ErrorCode::NotFound);
    std::filesystem::remove(path_);
    const auto gone = file_info(tree_.places(), "mk_one"_module);
    ASSERT_FALSE(gone);
    EXPECT_EQ(gone.error().code, ErrorCode::NotFound);
}

} // namespace
} // namespace mk::bus
