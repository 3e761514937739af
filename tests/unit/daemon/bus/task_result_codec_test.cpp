// SPDX-License-Identifier: GPL-2.0-only
// What comes back from a process is what it said, or an error: never something else.
#include "bus/task_result_codec.hpp"

#include <gtest/gtest.h>

namespace mk::test {
namespace {

using bus::decode_answer;
using bus::encode_answer;

bus::Answer some_answer() {
    bus::Row inner = {{"value", std::string("b\0c", 3)}};
    bus::Row row = {{"name", std::string("a")}, {"on", true}, {"mode", std::uint32_t{0644}}};
    row.push_back({"configured", bus::Rows{inner, {}}});
    return {{row, {}}, {"a sentence", ""}};
}

TEST(RowCodec, CarriesRowsAndErrors) {
    auto back = decode_answer(encode_answer(some_answer()));
    ASSERT_TRUE(back);
    EXPECT_EQ(back.value(), some_answer());
    const ErrorFacts facts{"dummy", 22, "parameters", {"base", "other"}};
    auto error = decode_answer(encode_answer(Error{ErrorCode::BadParameter, "no", facts}));
    ASSERT_FALSE(error);
    EXPECT_EQ(error.error().code, ErrorCode::BadParameter);
    EXPECT_EQ(error.error().message, "no");
    EXPECT_EQ(error.error().facts, facts);
}

TEST(RowCodec, WhatIsCutOrMoreIsAnError) {
    const auto whole = encode_answer(some_answer());
    for (std::size_t length = 0; length < whole.size(); ++length)
        EXPECT_FALSE(decode_answer(whole.substr(0, length))) << length;
    EXPECT_FALSE(decode_answer(whole + "x"));
    for (std::size_t at = 0; at + 4 <= whole.size(); ++at) {
        auto huge = whole;
        huge[at] = huge[at + 1] = huge[at + 2] = '\x7f';
        (void)decode_answer(huge); // ends, and reads nothing that is not there
    }
}

TEST(RowCodec, WhatIsNotForEverybodyIsLeftOut) {
    bus::Row row;
    bus::add(row, "value", {"hunter2", false});
    EXPECT_TRUE(row.empty());
    bus::add(row, "value", {"open", true});
    ASSERT_EQ(row.size(), 1U);
    EXPECT_EQ(std::get<std::string>(row[0].value), "open");
}

} // namespace
} // namespace mk::test
