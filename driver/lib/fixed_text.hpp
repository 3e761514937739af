// SPDX-License-Identifier: GPL-2.0-only
// A text in a buffer of fixed size, cut to what fits.
#pragma once

#include "lib/bytes.hpp"
#include "lib/octets.hpp"
#include "lib/text.hpp"

namespace mk {

template <usize length_max> class FixedText {
  public:
    FixedText() = default;
    explicit FixedText(Text text) { *this = text; }

    FixedText &operator=(Text text) {
        Text kept = text.first(length_max);
        copy_bytes(bytes_, kept.data(), kept.length());
        length_ = static_cast<u32>(kept.length());
        return *this;
    }
    void clear() { length_ = 0; }

    // Calls @write(char *to, usize room), which writes what fits and says how long the whole is, or
    // a negative number: then there is no text. False: it was cut, or is not there.
    template <typename Write> bool fill(Write write) {
        long whole = write(bytes_, length_max);
        length_ = whole > 0 ? static_cast<u32>(min(static_cast<usize>(whole), length_max)) : 0;
        return whole >= 0 && whole <= static_cast<long>(length_max);
    }
    // Without @c at its end.
    void trim(char c) {
        while (length_ && bytes_[length_ - 1] == c)
            length_--;
    }
    // Both are ASCII.
    void replace(char from, char to) {
        usize at = 0, end = length_;
        for (; at + Octets::size <= end; at += Octets::size)
            Octets(bytes_ + at).with(from, to).store(bytes_ + at);
        for (; at < end; at++)
            if (bytes_[at] == from)
                bytes_[at] = to;
    }

    // Of words that end with a NUL each, as a command line has them: blanks between them.
    void join_words() {
        trim('\0');
        replace('\0', ' ');
    }

    Text text() const { return {bytes_, length_}; }
    bool empty() const { return !length_; }

  private:
    u32 length_ = 0;
    char bytes_[length_max];
};

} // namespace mk
