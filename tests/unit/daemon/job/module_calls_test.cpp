// SPDX-License-Identifier: GPL-2.0-only
// What the kernel is given for a file, in the kernel's own numbers.
#include "job/module_calls.hpp"

#include <gtest/gtest.h>
#include <lzma.h>
#include <unistd.h>

#include <cerrno>

#include "fixtures/kernel_files.hpp"
#include "fixtures/module_names.hpp"
#include "fixtures/temporary_folder.hpp"

namespace mk {
namespace {

// <linux/module.h>
constexpr unsigned MODULE_INIT_IGNORE_MODVERSIONS = 1;
constexpr unsigned MODULE_INIT_IGNORE_VERMAGIC = 2;
constexpr unsigned MODULE_INIT_COMPRESSED_FILE = 4;

const std::string module_bytes = "\x7f"
                                 "ELF and so on";

std::string content_of(int file) {
    std::string content(1 << 10, '\0');
    const auto got = pread(file, content.data(), content.size(), 0);
    content.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return content;
}

std::string packed_with_xz(lzma_check check) {
    std::string packed(1 << 10, '\0');
    std::size_t size = 0;
    EXPECT_EQ(lzma_easy_buffer_encode(
                  0, check, nullptr, reinterpret_cast<const std::uint8_t *>(module_bytes.data()),
                  module_bytes.size(), reinterpret_cast<std::uint8_t *>(packed.data()), &size,
                  packed.size()),
              LZMA_OK);
    packed.resize(size);
    return packed;
}

class ModuleCallsTest : public testing::Test {
  protected:
    ModuleCallsTest() {
        kernel_.finit_module = [this](int file, const std::string &parameters, unsigned flags) {
            as_file_ = content_of(file);
            parameters_ = parameters;
            flags_ = flags;
            return answer_;
        };
        kernel_.init_module = [this](std::string_view bytes, const std::string &parameters) {
            as_bytes_ = bytes;
            parameters_ = parameters;
            return answer_;
        };
    }
    Result<int> insert(const std::string &path, bool force_vermagic = false,
                       bool force_modversions = false) {
        return insert_module({"m"_module, path, "count=1", force_vermagic, force_modversions},
                             kernel_);
    }

    test::TemporaryFolder files_;
    LoadSyscalls kernel_;
    std::string as_file_, as_bytes_, parameters_;
    unsigned flags_ = 99;
    int answer_ = 0;
};

TEST_F(ModuleCallsTest, EachForceHasTheKernelsFlag) {
    const auto path = files_.write("m.ko", module_bytes);
    ASSERT_TRUE(insert(path));
    EXPECT_EQ(flags_, 0U);
    ASSERT_TRUE(insert(path, true, false));
    EXPECT_EQ(flags_, MODULE_INIT_IGNORE_VERMAGIC);
    ASSERT_TRUE(insert(path, false, true));
    EXPECT_EQ(flags_, MODULE_INIT_IGNORE_MODVERSIONS);
    ASSERT_TRUE(insert(path, true, true));
    EXPECT_EQ(flags_, MODULE_INIT_IGNORE_VERMAGIC | MODULE_INIT_IGNORE_MODVERSIONS);
    EXPECT_EQ(as_file_, module_bytes);
    EXPECT_EQ(parameters_, "count=1");
}

TEST_F(ModuleCallsTest, TellsWhatTheKernelAnswers) {
    answer_ = ENOEXEC;
    EXPECT_EQ(insert(files_.write("m.ko", module_bytes)).value(), ENOEXEC);
    EXPECT_EQ(insert(files_ / "none.ko").error().code, ErrorCode::NotFound);
}

TEST_F(ModuleCallsTest, TheKernelUnpacksWhatItCan) {
    kernel_.unpacks = "xz";
    const auto packed = packed_with_xz(LZMA_CHECK_CRC32);
    ASSERT_TRUE(insert(files_.write("m.ko.xz", packed), true));
    EXPECT_EQ(flags_, MODULE_INIT_COMPRESSED_FILE | MODULE_INIT_IGNORE_VERMAGIC);
    EXPECT_EQ(as_file_, packed);
    EXPECT_TRUE(as_bytes_.empty());
}

TEST_F(ModuleCallsTest, WhatItCannotIsUnpackedHere) {
    kernel_.unpacks = "xz";
    for (const auto &path : {files_.write("a.ko.gz", test::packed_with_gzip(module_bytes)),
                             files_.write("b.ko.xz", packed_with_xz(LZMA_CHECK_CRC64))}) {
        as_bytes_.clear();
        ASSERT_TRUE(insert(path)) << path;
        EXPECT_EQ(as_bytes_, module_bytes) << path;
        EXPECT_TRUE(as_file_.empty()) << path;
    }
}

// init_module() takes no flags.
TEST_F(ModuleCallsTest, WhatIsUnpackedHereCanBeForcedToo) {
    ASSERT_TRUE(insert(files_.write("m.ko.gz", test::packed_with_gzip(module_bytes)), true));
    EXPECT_EQ(flags_, MODULE_INIT_IGNORE_VERMAGIC);
    EXPECT_EQ(as_file_, module_bytes);
}

TEST_F(ModuleCallsTest, WhatCannotBeUnpackedIsNotGivenToTheKernel) {
    auto packed = test::packed_with_gzip(std::string(300'000, 'x'));
    packed.resize(packed.size() / 2);
    const auto cut = insert(files_.write("m.ko.gz", packed));
    ASSERT_FALSE(cut);
    EXPECT_NE(cut.error().message.find("truncated"), std::string::npos) << cut.error().message;
    // a file of some kilobytes that fills the memory
    const auto bomb =
        insert(files_.write("b.ko.gz", test::packed_with_gzip(std::string(65U << 20, '\0'))));
    ASSERT_FALSE(bomb);
    EXPECT_NE(bomb.error().message.find("larger than 64 MiB"), std::string::npos)
        << bomb.error().message;
    EXPECT_TRUE(as_file_.empty());
    EXPECT_TRUE(as_bytes_.empty());
}

} // namespace
} // namespace mk
