// SPDX-License-Identifier: GPL-2.0-only
// Eight characters at a time: each answer is that of a loop over single ones.
#include "lib/octets.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>

namespace mk {
namespace {

constexpr usize longest = 40;

std::string random_text(std::mt19937 &random, usize length) {
    std::string text;
    while (text.size() < length)
        text += static_cast<char>(random() % 255 + 1);
    return text;
}

TEST(Octets, TellWhatASingleCharacterIs) {
    std::mt19937 random(1);
    for (int round = 0; round < 20'000; round++) {
        const std::string text = random_text(random, Octets::size);
        const Octets octets(text.data());
        const char c = static_cast<char>(random() % 127 + 1);
        const auto is_there = [&](auto fits) {
            return std::any_of(text.begin(), text.end(), fits);
        };
        ASSERT_EQ(octets.has(c), is_there([&](char one) { return one == c; }));
        ASSERT_EQ(octets.has_below(c),
                  is_there([&](char one) { return static_cast<u8>(one) < static_cast<u8>(c); }))
            << testing::PrintToString(text) << c;
        ASSERT_EQ(octets.has_above(c),
                  is_there([&](char one) { return static_cast<u8>(one) > static_cast<u8>(c); }));
    }
}

TEST(Octets, AFewCharactersAreFilledUp) {
    std::mt19937 random(2);
    for (usize length = 0; length < Octets::size; length++) {
        const std::string text = random_text(random, length);
        std::string filled = text + std::string(Octets::size - length, '0');
        EXPECT_EQ(Octets(Text(text.data(), length), '0').word(), Octets(filled.data()).word());
        const std::string behind = text + std::string(Octets::size - length, '\0');
        EXPECT_EQ(Octets(behind.data()).length(), length);
        EXPECT_EQ(Octets(behind.data()).first(length, '0').word(), Octets(filled.data()).word());
    }
    EXPECT_EQ(Octets("12345678").length(), Octets::size);
}

// @behind: NULs that follow within the bytes.
void expect_measured(const std::string &text, usize behind) {
    // no byte more may be read
    const std::string bytes = text + std::string(behind, '\0');
    const std::unique_ptr<char[]> exact(new char[bytes.size()]);
    std::copy(bytes.begin(), bytes.end(), exact.get());
    usize length = 0;
    std::string seen;
    EXPECT_TRUE(measure_octets(exact.get(), bytes.size(), '0', length, [&](Octets octets) {
        const u64 word = octets.word();
        seen.append(reinterpret_cast<const char *>(&word), sizeof(word));
        return true;
    }));
    EXPECT_EQ(length, text.size());
    EXPECT_EQ(seen.substr(0, text.size()), text);
    EXPECT_EQ(seen.find_first_not_of('0', text.size()), std::string::npos);
}

TEST(Octets, MeasureATextToItsEndOrTheEndOfTheBytes) {
    std::mt19937 random(3);
    for (usize length = 0; length < longest; length++)
        for (usize behind = 0; behind < 2 * Octets::size; behind++)
            if (length + behind != 0)
                expect_measured(random_text(random, length), behind);
}

TEST(Octets, StopWhereOneIsNotTaken) {
    usize length = 0;
    int asked = 0;
    EXPECT_FALSE(measure_octets("12345678abcdefgh", 17, '0', length,
                                [&](Octets octets) { return ++asked && !octets.has('a'); }));
    EXPECT_EQ(asked, 2);
}

} // namespace
} // namespace mk
