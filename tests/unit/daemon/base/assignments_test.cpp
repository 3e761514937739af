// SPDX-License-Identifier: GPL-2.0-only
// Words split as the kernel splits them: random texts, held against the rules that lib/cmdline.c
// follows, as one would tell them. MODKEEPER_RANDOM_ROUNDS: how many texts; MODKEEPER_RANDOM_SEED:
// where they begin.
#include "base/assignments.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <string_view>

#include "fixtures/random.hpp"

namespace mk::test {
namespace {

using Lines = std::vector<std::string>;

// What counts as a space for the kernel: those of ASCII, and Latin-1's without a break.
constexpr std::string_view kernel_spaces = " \t\n\v\f\r\xa0";

// The end of the word that begins at a place: the first space with an even number of quotes before
// it in the word.
std::size_t end_of_word(std::string_view text, std::size_t begin) {
    auto end = text.find_first_of(kernel_spaces, begin);
    while (end != text.npos && std::ranges::count(text.substr(begin, end - begin), '"') % 2 != 0)
        end = text.find_first_of(kernel_spaces, end + 1);
    return std::min(end, text.size());
}

// One word by the rules: a quote in front of it, or in front of its value, goes, and then the one
// at its end goes too. Any other quote stays. A "=" that begins a word belongs to its name.
std::string kernel_argument(std::string_view word) {
    const bool whole = word.starts_with('"');
    if (whole)
        word.remove_prefix(1);
    const auto equals = word.find('=', 1);
    if (equals == word.npos) {
        if (whole && word.ends_with('"'))
            word.remove_suffix(1);
        return std::string(word);
    }
    auto value = word.substr(equals + 1);
    const bool inside = value.starts_with('"');
    if (inside)
        value.remove_prefix(1);
    if ((whole || inside) && value.ends_with('"'))
        value.remove_suffix(1);
    return std::string(word.substr(0, equals)) + "|" + std::string(value);
}

Lines kernel_arguments(std::string_view text) {
    Lines result;
    auto begin = text.find_first_not_of(kernel_spaces);
    while (begin != text.npos) {
        const auto end = end_of_word(text, begin);
        result.push_back(kernel_argument(text.substr(begin, end - begin)));
        begin = text.find_first_not_of(kernel_spaces, end);
    }
    return result;
}

TEST(AsTheKernel, WordsAreSplitAsTheKernelDoes) {
    constexpr unsigned usual = 20000;
    const auto rounds = number_of("MODKEEPER_RANDOM_ROUNDS", usual);
    const auto first = number_of("MODKEEPER_RANDOM_SEED", 1);
    const Lines pieces = {"\"", "\"",   "=",  " ",  "a",  "b c", "\t",
                          ",",  "\xa0", "x=", "\\", "--", "'"};
    for (unsigned round = 0; round < rounds && !testing::Test::HasFailure(); ++round) {
        Random random(first + round);
        const auto text = random.of(pieces, random.below(14));
        Lines mine;
        for (const auto &one : split_assignments(text))
            mine.push_back(one.name + (one.has_value ? "|" + one.value : ""));
        EXPECT_EQ(mine, kernel_arguments(text))
            << "MODKEEPER_RANDOM_ROUNDS=1 MODKEEPER_RANDOM_SEED=" << first + round << ": " << text;
    }
}

TEST(ArgumentOf, TakesAllBehindTheFirstSign) {
    const auto text_of = [](std::string_view argument) {
        const auto found = argument_of(argument);
        EXPECT_EQ(to_argument(found), argument);
        return found.name + (found.has_value ? "|" + found.value : "");
    };
    EXPECT_EQ(text_of("count=3"), "count|3");
    EXPECT_EQ(text_of("text=\"a b\"=c"), "text|\"a b\"=c");
    EXPECT_EQ(text_of("=3"), "|3");
    EXPECT_EQ(text_of("flag"), "flag");
    EXPECT_EQ(text_of("empty="), "empty|");
    EXPECT_EQ(text_of(""), "");
}

} // namespace
} // namespace mk::test
