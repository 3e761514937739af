// SPDX-License-Identifier: GPL-2.0-only
#include "elf/elf_check.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "fixtures/module_file.hpp"
#include "fixtures/temporary_folder.hpp"

namespace mk {
namespace {

class ElfCheck : public testing::Test {
  protected:
    void expect(const std::string &path, ErrorCode code, std::string_view words) {
        auto checked = check_file(path);
        ASSERT_FALSE(checked) << path;
        EXPECT_EQ(error_name(checked.error().code), error_name(code));
        EXPECT_NE(checked.error().message.find(words), std::string::npos)
            << checked.error().message;
        EXPECT_NE(checked.error().message.find(path), std::string::npos);
    }
    test::TemporaryFolder folder_;
};

TEST_F(ElfCheck, TakesAModule) {
    EXPECT_TRUE(check_file(folder_.write("a.ko", test::module_file({"license=GPL"}))));
}

TEST_F(ElfCheck, TakesCompressedFilesByTheirMagic) {
    using namespace std::literals;
    EXPECT_TRUE(check_file(folder_.write("a.ko.gz", "\x1f\x8b\x08....")));
    EXPECT_TRUE(check_file(folder_.write("a.ko.xz", "\xfd"
                                                    "7zXZ\0...."sv)));
    EXPECT_TRUE(check_file(folder_.write("a.ko.zst", "\x28\xb5\x2f\xfd....")));
}

TEST_F(ElfCheck, SaysWhatIsWrong) {
    expect(folder_ / "missing.ko", ErrorCode::NotFound, "no file");
    expect(folder_.path(), ErrorCode::BadFormat, "directory");
    expect(folder_.write("empty.ko", ""), ErrorCode::BadFormat, "empty");
    expect(folder_.write("text.ko", "hello, world"), ErrorCode::BadFormat, "no ELF header");
    expect("/dev/null", ErrorCode::BadFormat, "not a regular file");
    auto pipe = folder_ / "pipe.ko";
    ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
    expect(pipe, ErrorCode::BadFormat, "not a regular file");
    expect("/proc/self/exe", ErrorCode::BadFormat, "program or a library");
}

TEST_F(ElfCheck, FindsEveryTruncation) {
    auto whole = test::module_file({"license=GPL"});
    for (std::size_t size : {std::size_t{5}, std::size_t{40}, whole.size() / 2, whole.size() - 1})
        expect(folder_.write("cut.ko", whole.substr(0, size)), ErrorCode::BadFormat, "truncated");
}

TEST_F(ElfCheck, FindsAnotherMachine) {
    auto other = test::module_file({"license=GPL"});
    other[18] = 8; // e_machine: MIPS
    expect(folder_.write("mips.ko", other), ErrorCode::BadFormat, "another machine");
}

} // namespace
} // namespace mk
