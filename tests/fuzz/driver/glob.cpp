// SPDX-License-Identifier: GPL-2.0-only
// A pattern of a filter and the names that it is held against: "pattern\0name".
#include "lib/glob.hpp"

#include <cstring>

#include "../target.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    auto *text = reinterpret_cast<const char *>(data);
    std::size_t length = strnlen(text, size);
    mk::Glob glob(mk::Text(text, length));
    if (!glob.valid())
        return 0;
    std::size_t behind = length < size ? length + 1 : size;
    mk::Text name(text + behind, size - behind);
    bool matches = glob.matches(name);
    MUST(matches == glob.matches(name));
    // A pattern without anything special is equal to what it matches, but for '-' and '_'.
    if (matches && !std::memchr(text, '*', length) && !std::memchr(text, '[', length))
        MUST(name.length() == length);
    return 0;
}
