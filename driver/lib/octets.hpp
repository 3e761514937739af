// SPDX-License-Identifier: GPL-2.0-only
// Eight characters of a text at a time, in a word: what a loop over the characters would find takes
// a few instructions.
#pragma once

#include "lib/bytes.hpp"
#include "lib/text.hpp"
#include "lib/types.hpp"

namespace mk {

// Some of eight characters, by the high bit of the byte of each. The first one is right, and there
// may be more behind it than there should: what is found in the bytes is exact up to there.
using Places = u64;

class Octets {
  public:
    explicit Octets(u64 word) : word_(word) {}
    explicit Octets(const char *text) : word_(loaded<u64>(text)) {}
    // Of a text of fewer than eight characters, and so many @fill behind it.
    Octets(Text text, char fill) : word_(filled(few(text), text.length(), fill)) {}

    static constexpr usize size = sizeof(u64);

    // The first character is in the lowest byte.
    u64 word() const { return word_; }
    Places ascii() const { return ~word_ & highs; }
    // Those that are above this character.
    Places above(char c) const { return ((word_ + (highs - ones - all(c))) | word_) & highs; }
    // Those that are this character, or below it; what is not ASCII may be, or not.
    Places equal(char c) const { return ((word_ ^ all(c)) - ones) & highs; }
    Places below(char c) const { return (word_ - all(c)) & highs; }
    // The number of the first of them, of which there is one.
    static usize first_of(Places places) { return static_cast<u32>(__builtin_ctzll(places)) / 8; }
    // The same up to @length, less than 8, and @fill behind it.
    Octets first(usize length, char fill) const { return Octets(filled(word_, length, fill)); }
    // The same with one character for another. Both are ASCII.
    Octets with(char from, char to) const {
        u64 places = zeros(word_ ^ all(from)) >> 7;
        return Octets(word_ ^ places * static_cast<u8>(from ^ to));
    }

    void store(char *to) const {
        u64 word = little(word_);
        copy_bytes(to, &word, size);
    }

  private:
    static constexpr u64 ones = 0x0101010101010101, highs = ones << 7;

    // As a machine has it whose words begin with their lowest byte.
    static constexpr u64 little(u64 word) {
        return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? word : __builtin_bswap64(word);
    }
    static constexpr u32 little(u32 word) {
        return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? word : __builtin_bswap32(word);
    }
    template <typename T> static T loaded(const char *text) {
        T word;
        copy_bytes(&word, text, sizeof(word));
        return little(word);
    }
    static u64 filled(u64 word, usize length, char fill) {
        u64 kept = (1ULL << length * 8) - 1;
        return (word & kept) | (all(fill) & ~kept);
    }
    // The first characters of the word; what is behind them may be anything.
    static u64 few(Text text) {
        usize length = text.length();
        if (length >= sizeof(u32)) {
            // the halves overlap
            u64 end = loaded<u32>(text.data() + length - sizeof(u32));
            return loaded<u32>(text.data()) | end << (length - sizeof(u32)) * 8;
        }
        u64 word = 0;
        for (usize i = 0; i < length; i++)
            word |= static_cast<u64>(static_cast<u8>(text.data()[i])) << i * 8;
        return word;
    }

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

// Returned for a text that contains a refused character.
constexpr usize no_length = ~0UL;

// Length of the text at @start, which ends with a NUL or after @bytes. @refuses(Octets) gives the
// places of what it must not have, and of NULs: no_length, if something else than a NUL is the
// first of these.
template <typename Refuses> usize measure_octets(const char *start, usize bytes, Refuses refuses) {
    auto ended = [start](usize end) { return start[end] ? no_length : end; };
    usize at = 0;
    if (bytes >= Octets::size)
        for (usize last = bytes - Octets::size; at <= last; at += Octets::size)
            if (Places refused = refuses(Octets(start + at)))
                return ended(at + Octets::first_of(refused));
    if (at == bytes)
        return bytes;
    usize end = at + Octets::first_of(refuses(Octets(Text(start + at, bytes - at), 0)));
    return end == bytes ? end : ended(end);
}

} // namespace mk
