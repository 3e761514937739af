// SPDX-License-Identifier: GPL-2.0-only
// What comes back from a process is what it said, or an error: never something else.
#include "bus/row_codec.hpp"

#include <gtest/gtest.h>

namespace mk::test {
namespace {

using bus::decode_rows;
using bus::encode_rows;

TEST(RowCodec, CarriesRowsAndErrors) {
    const bus::Rows rows = {{"a", "", std::string("b\0c", 3)}, {}, {"d"}};
    auto back = decode_rows(encode_rows(rows));
    ASSERT_TRUE(back);
    EXPECT_EQ(back.value(), rows);
    auto error = decode_rows(encode_rows(Error{ErrorCode::BadParameter, "no"}));
    ASSERT_FALSE(error);
    EXPECT_EQ(error.error().code, ErrorCode::BadParameter);
    EXPECT_EQ(error.error().message, "no");
}

TEST(RowCodec, WhatIsCutOrMoreIsAnError) {
    const auto whole = encode_rows(bus::Rows{{"abc", "d"}, {"e"}});
    for (std::size_t length = 0; length < whole.size(); ++length)
        EXPECT_FALSE(decode_rows(whole.substr(0, length))) << length;
    EXPECT_FALSE(decode_rows(whole + "x"));
    auto huge = whole;
    huge[4] = huge[5] = huge[6] = '\x7f';
    EXPECT_FALSE(decode_rows(huge));
}

} // namespace
} // namespace mk::test
