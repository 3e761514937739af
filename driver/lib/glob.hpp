// SPDX-License-Identifier: GPL-2.0-only
// Shell patterns: '*' is any text, '?' any character, "[a-c_]" one of these, "[!a-c]" one of the
// others; everything else is itself, and '-' is '_', as in names of modules. Nothing quotes but
// brackets: "[*]" is a star.
//
// Functions that several files use and that are too long to be inlined have a file of their own:
// the kernel's linker would keep what belongs to the copies of one that it drops.
#pragma once

#include "lib/text.hpp"

namespace mk {

// Borrows its text.
class Glob {
  public:
    explicit Glob(Text pattern) : pattern_(pattern) {}

    // Does every bracket end?
    bool valid() const;
    // Only of a valid one. Takes no more steps than the product of both lengths: after a mismatch
    // just the latest star takes in one character more, earlier ones could not do better.
    bool matches(Text text) const;

  private:
    static constexpr usize none = ~0UL;

    static char same(char c) { return c == '-' ? '_' : c; }
    bool has(usize at, char c) const { return at < pattern_.length() && pattern_.data()[at] == c; }
    bool negated(usize at) const { return has(at + 1, '!') || has(at + 1, '^'); }
    // Of a bracket at @at: where its members begin. The first may be ']'.
    usize members(usize at) const { return at + 1 + negated(at); }

    // Start of the element after the one at @at, 0: a bracket without an end.
    usize after(usize at) const {
        if (pattern_.data()[at] != '[')
            return at + 1;
        for (usize end = members(at) + 1; end < pattern_.length(); end++)
            if (pattern_.data()[end] == ']')
                return end + 1;
        return 0;
    }

    bool takes(usize at, char c) const {
        char wanted = pattern_.data()[at];
        if (wanted == '[')
            return member(at, same(c)) != negated(at);
        return wanted == '?' || same(wanted) == same(c);
    }

    bool member(usize at, char c) const {
        usize end = after(at) - 1;
        const char *data = pattern_.data();
        for (usize i = members(at); i < end;) {
            if (i + 2 < end && data[i + 1] == '-') {
                if (data[i] <= c && c <= data[i + 2])
                    return true;
                i += 3;
            } else if (same(data[i++]) == c) {
                return true;
            }
        }
        return false;
    }

    Text pattern_;
};

} // namespace mk
