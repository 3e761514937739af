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
    Octets(Text text, char fill) : word_(all(fill)) {
        for (usize i = 0; i < text.length(); i++)
            reinterpret_cast<char *>(&word_)[i] = text.data()[i];
    }

    static constexpr usize size = sizeof(u64);

    u64 word() const { return word_; }
    // Is one of the eight this character, or below it, or above it? @c: ASCII.
    bool has(char c) const { return zeros(word_ ^ all(c)); }
    bool has_below(char c) const { return (word_ - all(c)) & ~word_ & highs; }
    bool has_above(char c) const {
        return (word_ + (highs - ones - all(c))) & highs || word_ & highs;
    }
    // The same with one character for another. Both are ASCII.
    Octets with(char from, char to) const {
        u64 places = zeros(word_ ^ all(from)) >> 7;
        return Octets(word_ ^ places * static_cast<u8>(from ^ to));
    }

  private:
    static constexpr u64 ones = 0x0101010101010101, highs = ones << 7;

    static constexpr u64 all(char c) { return ones * static_cast<u8>(c); }
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

} // namespace mk
