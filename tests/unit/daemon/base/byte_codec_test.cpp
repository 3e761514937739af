// SPDX-License-Identifier: GPL-2.0-only
#include "base/byte_codec.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <limits>

namespace mk {
namespace {

enum class Word : std::uint32_t { Second = 2 };

Error some_error() {
    return {ErrorCode::BadParameter,
            "no such parameter",
            {"dummy", EINVAL, "parameters", {"base", "other"}, Cause::UnknownParameter}};
}

std::string everything() {
    ByteWriter writer;
    writer.number(7).large(std::numeric_limits<std::int64_t>::min()).count(3).word(Word::Second);
    writer.text(std::string_view("a\0b", 3)).text("").texts({"one", "", "three"});
    return writer.error(some_error()).take();
}

TEST(ByteCodec, WhatIsWrittenComesBack) {
    const auto bytes = everything();
    ByteReader reader(bytes);
    EXPECT_EQ(reader.number(), 7U);
    EXPECT_EQ(reader.large(), std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(reader.number(), 3U);
    EXPECT_EQ(reader.number(), 2U);
    EXPECT_EQ(reader.text(), std::string("a\0b", 3));
    EXPECT_EQ(reader.text(), "");
    EXPECT_EQ(reader.texts(), (std::vector<std::string>{"one", "", "three"}));
    const auto error = reader.error();
    EXPECT_EQ(error.code, some_error().code);
    EXPECT_EQ(error.message, some_error().message);
    EXPECT_EQ(error.facts, some_error().facts);
    EXPECT_TRUE(reader.whole());
}

TEST(ByteCodec, WhatIsMissingIsSaidAndReadsAsNothing) {
    const auto bytes = everything();
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        const auto cut = bytes.substr(0, length);
        ByteReader reader(cut);
        reader.number();
        reader.large();
        reader.number();
        reader.number();
        reader.text();
        reader.text();
        reader.texts();
        (void)reader.error();
        EXPECT_FALSE(reader.whole()) << length;
        EXPECT_EQ(reader.number(), 0U) << length;
        EXPECT_EQ(reader.text(), "") << length;
    }
}

TEST(ByteCodec, ALengthIsNotBelieved) {
    const auto bytes = ByteWriter().number(std::numeric_limits<std::uint32_t>::max()).take();
    ByteReader text(bytes);
    EXPECT_EQ(text.text(), "");
    EXPECT_FALSE(text.whole());
    ByteReader list(bytes);
    EXPECT_EQ(list.texts().size(), 1U);
    EXPECT_FALSE(list.whole());
}

TEST(ByteCodec, MoreThanIsReadIsNotWhole) {
    const auto bytes = ByteWriter().number(1).number(2).take();
    ByteReader reader(bytes);
    reader.number();
    EXPECT_FALSE(reader.whole());
}

TEST(ByteCodec, TextsAreCutToTheirLongest) {
    const auto bytes = ByteWriter(3).text("abcdef").text("abcdef", 5).texts({"abcdef"}).take();
    ByteReader reader(bytes);
    EXPECT_EQ(reader.text(), "abc");
    EXPECT_EQ(reader.text(), "abcde");
    EXPECT_EQ(reader.texts(), std::vector<std::string>{"abc"});
}

TEST(ByteCodec, AnUnknownErrorIsAFailure) {
    auto bytes = ByteWriter().error(some_error()).take();
    bytes[0] = bytes[1] = '\x7f';
    EXPECT_EQ(ByteReader(bytes).error().code, ErrorCode::Failed);
}

} // namespace
} // namespace mk
