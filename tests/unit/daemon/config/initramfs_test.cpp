// SPDX-License-Identifier: GPL-2.0-only
// Archives of an initramfs: one after the other, packed or not, whole or broken.
#include "config/initramfs.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include "config/initramfs_bytes.hpp"

namespace mk::test {
namespace {

std::string gzipped(const std::string &bytes) {
    z_stream stream{};
    constexpr int gzip = 16;
    deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, MAX_WBITS + gzip, 8, Z_DEFAULT_STRATEGY);
    std::string packed(deflateBound(&stream, bytes.size()) + 64, '\0');
    std::string input = bytes;
    stream.next_in = reinterpret_cast<Bytef *>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = reinterpret_cast<Bytef *>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    return packed;
}

// "name=bytes" each
std::vector<std::string> files(const std::string &image) {
    auto read = read_initramfs(image, [](auto name) { return !name.ends_with(".skip"); });
    if (!read)
        return {"error: " + read.error().message};
    std::vector<std::string> result;
    for (const auto &file : read.value())
        result.push_back(file.name + "=" + file.bytes);
    return result;
}

using Lines = std::vector<std::string>;

TEST(Initramfs, ArchivesFollowEachOtherAndTheLastMayBePacked) {
    const auto early = cpio({{"kernel/microcode.bin", "abc"}, {"no.skip", "x"}});
    const auto rest = cpio({{"./etc/modprobe.d/a.conf", "options\n"}, {"/bin/sh", ""}});
    EXPECT_EQ(files(early + std::string(512, '\0') + gzipped(rest)),
              (Lines{"kernel/microcode.bin=abc", "etc/modprobe.d/a.conf=options\n", "bin/sh="}));
    EXPECT_EQ(files(rest + early).size(), 3U);
    EXPECT_EQ(files(""), Lines{});
}

TEST(Initramfs, NamesOfOneFileHaveTheSameBytes) {
    constexpr unsigned file = 0100644;
    const auto end = cpio_entry("TRAILER!!!", "", 0);
    EXPECT_EQ(files(cpio_entry("a", "", file, 3, 7) + cpio_entry("other", "x", file, 1, 7) +
                    cpio_entry("b", "", file, 3, 7) + cpio_entry("c.skip", "same", file, 3, 7) +
                    cpio_entry("d", "", file, 2, 8) + cpio_entry("e", "", file, 2, 8) + end +
                    cpio_entry("f", "", file, 2, 7) + end),
              (Lines{"a=same", "other=x", "b=same", "d=", "e=", "f="}));
}

TEST(Initramfs, WhatIsBrokenIsSaid) {
    const auto archive = cpio({{"a", std::string(100, 'x')}});
    for (std::size_t length = 1; length < archive.size() - 200; ++length)
        EXPECT_TRUE(files(archive.substr(0, length)).at(0).starts_with("error: ")) << length;
    auto damaged = archive;
    damaged[60] = 'z';
    EXPECT_TRUE(files(damaged).at(0).starts_with("error: "));
    EXPECT_TRUE(files("no archive").at(0).starts_with("error: "));
    EXPECT_TRUE(files(gzipped("no archive either")).at(0).starts_with("error: "));
    EXPECT_TRUE(files(gzipped(archive).substr(0, 40)).at(0).starts_with("error: "));
}

} // namespace
} // namespace mk::test
