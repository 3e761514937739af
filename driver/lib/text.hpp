// SPDX-License-Identifier: GPL-2.0-only
// Borrowed text with a known length, and a writer of text that never runs past its buffer and
// counts what did not fit, so that one piece of code both measures and writes.
#pragma once

#include "lib/bytes.hpp"
#include "lib/types.hpp"

namespace mk {

class Text {
  public:
    constexpr Text() = default;
    constexpr Text(const char *data, usize length) : data_(data), length_(length) {}
    // NULL is an empty text.
    static Text from_c(const char *text) {
        return text ? Text(text, __builtin_strlen(text)) : Text();
    }

    const char *data() const { return data_; }
    usize length() const { return length_; }
    bool empty() const { return length_ == 0; }
    Text first(usize length) const { return {data_, min(length, length_)}; }

    friend bool operator==(Text a, Text b) {
        return a.length_ == b.length_ && (a.empty() || same_bytes(a.data_, b.data_, a.length_));
    }

  private:
    const char *data_ = "";
    usize length_ = 0;
};

// Of the text at @text, which may continue after the @bytes that are examined.
inline usize length_within(const char *text, usize bytes) {
    constexpr u64 ones = 0x0101010101010101, highs = ones << 7;
    usize length = 0;
    if (bytes >= sizeof(u64))
        for (usize last = bytes - sizeof(u64); length <= last; length += sizeof(u64)) {
            u64 word;
            copy_bytes(&word, text + length, sizeof(word));
            u64 zeros = (word - ones) & ~word & highs; // the first is right, later ones may not be
            if (zeros && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
                return length + static_cast<u32>(__builtin_ctzll(zeros)) / 8;
            if (zeros)
                break;
        }
    while (length < bytes && text[length])
        length++;
    return length;
}

class TextWriter {
  public:
    TextWriter(char *buffer, usize room) : buffer_(buffer), room_(room) {}

    void put(char c) {
        if (length_ < room_)
            buffer_[length_] = c;
        length_++;
    }

    void put(Text text) {
        if (length_ < room_)
            copy_bytes(buffer_ + length_, text.data(), min(text.length(), room_ - length_));
        length_ += text.length();
    }

    void put_number(u64 number) {
        char digits[20];
        usize at = sizeof(digits);
        do {
            digits[--at] = static_cast<char>('0' + number % 10);
            number /= 10;
        } while (number);
        put(Text(digits + at, sizeof(digits) - at));
    }

    void put_signed(s64 number) {
        if (number < 0)
            put('-');
        put_number(number < 0 ? 0 - static_cast<u64>(number) : static_cast<u64>(number));
    }

    // 0x, and at least @digits digits, at most 16.
    void put_hex(u64 number, int digits) {
        put(Text::from_c("0x"));
        for (int digit = 15; digit >= 0; digit--)
            if (digit < digits || number >> (4 * digit))
                put("0123456789abcdef"[(number >> (4 * digit)) & 15]);
    }

    // Four octal digits, as permissions are written.
    void put_mode(u32 mode) {
        for (int shift = 9; shift >= 0; shift -= 3)
            put(static_cast<char>('0' + ((mode >> shift) & 7)));
    }

    // Of everything that was put, also of what did not fit.
    usize length() const { return length_; }

  private:
    char *buffer_;
    usize room_;
    usize length_ = 0;
};

} // namespace mk
