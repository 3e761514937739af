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

// The first of the places is that of the first character that fits; there are none if none does.
template <typename Fits> void expect_places(const std::string &text, Places places, Fits fits) {
    const auto first = std::find_if(text.begin(), text.end(), fits);
    ASSERT_EQ(places != 0, first != text.end()) << testing::PrintToString(text);
    if (places) {
        ASSERT_EQ(Octets::first_of(places), static_cast<usize>(first - text.begin()))
            << testing::PrintToString(text);
    }
}

TEST(Octets, FindTheFirstCharacterOfASort) {
    std::mt19937 random(1);
    for (int round = 0; round < 50'000; round++) {
        std::string text = random_text(random, Octets::size);
        const char c = static_cast<char>(random() % 128);
        for (char &one : text)
            if (random() % 4 == 0)
                one = static_cast<char>(c + static_cast<int>(random() % 3) - 1);
        const Octets octets(text.data());
        const auto is_ascii = [](char one) { return static_cast<u8>(one) < 0x80; };
        expect_places(text, octets.ascii(), is_ascii);
        expect_places(text, octets.equal(c) & octets.ascii(), [&](char one) { return one == c; });
        expect_places(text, octets.below(c) & octets.ascii(),
                      [&](char one) { return static_cast<u8>(one) < static_cast<u8>(c); });
        expect_places(text, octets.above(c),
                      [&](char one) { return static_cast<u8>(one) > static_cast<u8>(c); });
        // what is not ASCII ends the search
        expect_places(text, octets.below(c) | octets.equal('a') | octets.above('~'), [&](char one) {
            return static_cast<u8>(one) < static_cast<u8>(c) || one == 'a' ||
                   static_cast<u8>(one) > '~';
        });
    }
}

TEST(Octets, AFewCharactersAreFilledUp) {
    std::mt19937 random(2);
    for (usize length = 0; length < Octets::size; length++) {
        const std::string text = random_text(random, length);
        std::string filled = text + std::string(Octets::size - length, '0');
        EXPECT_EQ(Octets(Text(text.data(), length), '0').word(), Octets(filled.data()).word());
        const std::string longer = text + std::string(Octets::size - length, '1');
        EXPECT_EQ(Octets(longer.data()).first(length, '0').word(), Octets(filled.data()).word());
    }
    EXPECT_EQ(Octets("12345678").word(), 0x3837363534333231);
}

constexpr auto nuls_and_stars = [](Octets octets) {
    return (octets.equal(0) | octets.equal('*')) & octets.ascii();
};

// In a copy behind which nothing may be read.
usize measured(const std::string &bytes) {
    const std::unique_ptr<char[]> exact(new char[bytes.size()]);
    std::copy(bytes.begin(), bytes.end(), exact.get());
    return measure_octets(exact.get(), bytes.size(), nuls_and_stars);
}

TEST(Octets, MeasureATextToItsEndOrTheEndOfTheBytes) {
    std::mt19937 random(3);
    for (usize length = 0; length < longest; length++)
        for (usize behind = 0; behind < 2 * Octets::size; behind++) {
            std::string text = random_text(random, length);
            std::replace(text.begin(), text.end(), '*', '+');
            std::string bytes = text + std::string(behind, '\0');
            EXPECT_EQ(measured(bytes), length);
            // behind the end it is no longer the text's
            if (behind > 1) {
                bytes.back() = '*';
                EXPECT_EQ(measured(bytes), length);
            }
            if (!length)
                continue;
            bytes[random() % length] = '*';
            EXPECT_EQ(measured(bytes), no_length);
        }
}

} // namespace
} // namespace mk
