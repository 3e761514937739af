// SPDX-License-Identifier: GPL-2.0-only
// Eight characters of a text at a time, in a word: what a loop over the characters would find takes
// a few instructions.
#pragma once

#include "lib/bytes.hpp"
#include "lib/text.hpp"
#include "lib/types.hpp"

namespace mk {

class Octets {
  public:
    explicit Octets(u64 word) : word_(word) {}
    explicit Octets(const char *text) { copy_bytes(&word_, text, size); }
    // Of a text of fewer than eight characters, and so many @fill behind it.
    Octets(Text text, char fill) : word_(filled(few(text), text.length(), fill)) {}

    static constexpr usize size = sizeof(u64);

    u64 word() const { return word_; }
    // Is one of the eight this character, or below it, or above it? @c: ASCII.
    bool has(char c) const { return first_zero(word_ ^ all(c)); }
    bool has_below(char c) const { return (word_ - all(c)) & ~word_ & highs; }
    bool has_above(char c) const {
        return (word_ + (highs - ones - all(c))) & highs || word_ & highs;
    }
    // Up to the first NUL; 8: there is none.
    usize length() const {
        u64 found = is_little ? first_zero(word_) : zeros(word_);
        if (!found)
            return size;
        return static_cast<usize>(is_little ? __builtin_ctzll(found) : __builtin_clzll(found)) / 8;
    }
    // The same up to @length, less than 8, and @fill behind it.
    Octets first(usize length, char fill) const { return Octets(filled(word_, length, fill)); }
    // The same with one character for another. Both are ASCII.
    Octets with(char from, char to) const {
        u64 places = zeros(word_ ^ all(from)) >> 7;
        return Octets(word_ ^ places * static_cast<u8>(from ^ to));
    }

  private:
    static constexpr u64 ones = 0x0101010101010101, highs = ones << 7;

    static constexpr bool is_little = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;

    static u64 filled(u64 word, usize length, char fill) {
        u64 kept = is_little ? (1ULL << length * 8) - 1 : ~(~0ULL >> length * 8);
        return (word & kept) | (all(fill) & ~kept);
    }
    // The first characters of the word; what is behind them may be anything.
    static u64 few(Text text) {
        u64 word = 0;
        usize length = text.length();
        if (!is_little) {
            copy_bytes(&word, text.data(), length);
        } else if (length >= sizeof(u32)) {
            // the halves overlap
            u32 begin, end;
            copy_bytes(&begin, text.data(), sizeof(begin));
            copy_bytes(&end, text.data() + length - sizeof(end), sizeof(end));
            word = begin | static_cast<u64>(end) << (length - sizeof(end)) * 8;
        } else {
            for (usize i = 0; i < length; i++)
                word |= static_cast<u64>(static_cast<u8>(text.data()[i])) << i * 8;
        }
        return word;
    }

    static constexpr u64 all(char c) { return ones * static_cast<u8>(c); }
    // The high bit of the lowest zero, and perhaps of others above it.
    static constexpr u64 first_zero(u64 word) { return (word - ones) & ~word & highs; }
    // The high bit of each zero, and of no other.
    static constexpr u64 zeros(u64 word) { return ~(((word & ~highs) + ~highs) | word | ~highs); }

    u64 word_;
};

// Calls @takes(at, Octets) for the eight characters at each of these places, until it returns
// false: 0, 8 and so on, and for the last eight, which may have been there before. A short text is
// one with @fill behind it. Was it true to the end?
template <typename Takes> bool each_octets(Text text, char fill, Takes takes) {
    if (text.length() < Octets::size)
        return takes(0UL, Octets(text, fill));
    usize last = text.length() - Octets::size;
    for (usize at = 0; at < last; at += Octets::size)
        if (!takes(at, Octets(text.data() + at)))
            return false;
    return takes(last, Octets(text.data() + last));
}

// Measures the text at @start, which ends with a NUL or after @bytes, and calls @takes(Octets) for
// its characters, eight at a time and with @fill behind them, until it returns false. Was it true
// to the end? @length is known then.
template <typename Takes>
bool measure_octets(const char *start, usize bytes, char fill, usize &length, Takes takes) {
    for (usize at = 0;; at += Octets::size) {
        usize left = bytes - at;
        Octets octets =
            left >= Octets::size ? Octets(start + at) : Octets(Text(start + at, left), 0);
        usize here = octets.length();
        if (here == Octets::size && left > Octets::size) {
            if (!takes(octets))
                return false;
            continue;
        }
        length = at + here;
        return takes(here < Octets::size ? octets.first(here, fill) : octets);
    }
}

} // namespace mk
