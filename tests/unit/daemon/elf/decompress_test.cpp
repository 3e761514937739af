// SPDX-License-Identifier: GPL-2.0-only
#include "elf/decompress.hpp"

#include <gtest/gtest.h>
#include <lzma.h>
#include <zstd.h>

#include "fixtures/kernel_files.hpp"
#include "fixtures/temporary_folder.hpp"

namespace mk {
namespace {

const std::string content = std::string(700'000, 'a') + "end";

std::string packed_with_xz() {
    std::string packed(content.size() + 1024, '\0');
    std::size_t size = 0;
    EXPECT_EQ(lzma_easy_buffer_encode(
                  0, LZMA_CHECK_CRC32, nullptr,
                  reinterpret_cast<const std::uint8_t *>(content.data()), content.size(),
                  reinterpret_cast<std::uint8_t *>(packed.data()), &size, packed.size()),
              LZMA_OK);
    packed.resize(size);
    return packed;
}

std::string packed_with_zstd() {
    std::string packed(ZSTD_compressBound(content.size()), '\0');
    packed.resize(ZSTD_compress(packed.data(), packed.size(), content.data(), content.size(), 1));
    return packed;
}

class Unpack : public testing::TestWithParam<std::string (*)()> {};

TEST_P(Unpack, GivesBackWhatWasPackedAndLeavesTheRestAlone) {
    const auto unpacked = unpack(GetParam()() + "behind it");
    ASSERT_TRUE(unpacked) << unpacked.error().message;
    EXPECT_EQ(unpacked.value(), content);
}

TEST_P(Unpack, TakesWhatFollowsInTheSamePackingTogether) {
    const auto one = GetParam()();
    const auto unpacked = unpack(one + one + "behind it");
    ASSERT_TRUE(unpacked) << unpacked.error().message;
    EXPECT_EQ(unpacked.value(), content + content);
    const auto cut = unpack(one + one.substr(0, one.size() / 2));
    ASSERT_FALSE(cut);
    EXPECT_EQ(cut.error().code, ErrorCode::BadFormat);
}

// Each stream by itself would fit.
TEST_P(Unpack, StopsAtTheLimitHoweverItIsDivided) {
    const auto one = GetParam()();
    EXPECT_TRUE(unpack(one, content.size()));
    for (const auto &packed : {one, one + one}) {
        const auto unpacked = unpack(packed, packed.size() == one.size() ? content.size() - 1
                                                                         : 2 * content.size() - 1);
        ASSERT_FALSE(unpacked);
        EXPECT_NE(unpacked.error().message.find("larger than"), std::string::npos);
    }
}

// A packed file in a packed file is bytes that are no module, and not unpacked once more.
TEST_P(Unpack, UnpacksOnlyOnce) {
    const auto one = GetParam()();
    EXPECT_EQ(unpack(test::packed_with_gzip(one)).value(), one);
}

TEST_P(Unpack, SaysWhenItIsCutShort) {
    auto packed = GetParam()();
    packed.resize(packed.size() / 2);
    const auto unpacked = unpack(packed);
    ASSERT_FALSE(unpacked);
    EXPECT_EQ(unpacked.error().code, ErrorCode::BadFormat);
}

INSTANTIATE_TEST_SUITE_P(EveryPacking, Unpack,
                         testing::Values([] { return test::packed_with_gzip(content); },
                                         packed_with_xz, packed_with_zstd));

// As pzstd makes them: what a frame for nobody says is not told, and an empty file is none of
// these.
TEST(UnpackTest, PassesOverFramesOfZstdThatAreForNobody) {
    const std::string skippable("\x50\x2a\x4d\x18\x04\0\0\0size", 12);
    const auto unpacked = unpack(skippable + packed_with_zstd() + skippable + packed_with_zstd());
    ASSERT_TRUE(unpacked) << unpacked.error().message;
    EXPECT_EQ(unpacked.value(), content + content);
    EXPECT_FALSE(unpack(skippable.substr(0, 10)));
}

TEST(UnpackTest, TakesThePaddingOfXz) {
    EXPECT_EQ(unpack(packed_with_xz() + std::string(8, '\0') + packed_with_xz()).value(),
              content + content);
}

TEST(UnpackTest, LeavesPlainBytesAsTheyAre) {
    EXPECT_EQ(unpack("\x7f"
                     "ELF")
                  .value(),
              "\x7f"
              "ELF");
}

TEST(UnpackTest, NamesWhatItCannotUnpack) {
    const auto unpacked = unpack("\x02\x21\x4c\x18 of lz4");
    ASSERT_FALSE(unpacked);
    EXPECT_NE(unpacked.error().message.find("lz4"), std::string::npos);
}

TEST(UnpackTest, ReadsFiles) {
    const test::TemporaryFolder folder;
    EXPECT_EQ(read_unpacked(folder.write("packed", packed_with_xz())).value(), content);
    const auto missing = read_unpacked(folder / "missing");
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, ErrorCode::NotFound);
}

} // namespace
} // namespace mk
