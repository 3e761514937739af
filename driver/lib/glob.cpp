// SPDX-License-Identifier: GPL-2.0-only
#include "lib/glob.hpp"

namespace mk {

bool Glob::valid() const {
    for (usize at = 0; at < pattern_.length();) {
        usize next = after(at);
        if (!next)
            return false;
        at = next;
    }
    return true;
}

bool Glob::matches(Text text) const {
    usize at = 0, from = 0;
    usize star = none, star_from = 0;
    while (from < text.length()) {
        if (at < pattern_.length() && pattern_.data()[at] == '*') {
            star = ++at;
            star_from = from;
        } else if (at < pattern_.length() && takes(at, text.data()[from])) {
            at = after(at);
            from++;
        } else if (star != none) {
            at = star;
            from = ++star_from;
        } else {
            return false;
        }
    }
    while (at < pattern_.length() && pattern_.data()[at] == '*')
        at++;
    return at == pattern_.length();
}

} // namespace mk
