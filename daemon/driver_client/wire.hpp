// SPDX-License-Identifier: GPL-2.0-only
// Reader of structures and texts in bytes from the driver, which trusts no offset: fields that an
// older driver does not have read as 0, fields that a newer one has added are skipped.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <type_traits>

#include <linux/modkeeper.h>

namespace mk::driver {

using Bytes = std::span<const std::byte>;

// The first sizeof(T) bytes of part; a shorter one fills only the beginning.
template <typename T> T fixed_part(Bytes part) {
    static_assert(std::is_trivially_copyable_v<T>);
    T value{};
    if (!part.empty())
        std::memcpy(&value, part.data(), std::min(sizeof(T), part.size()));
    return value;
}

// The text inside one whole record or module entry. It must be after the fixed parts and end with a
// NUL there. Absent texts are empty; nothing: its place is invalid.
inline std::optional<std::string> text_of(Bytes whole, std::size_t fixed, modkeeper_text text) {
    if (text.offset == 0 && text.length == 0)
        return std::string{};
    if (text.offset < fixed || text.offset >= whole.size())
        return std::nullopt;
    if (text.length >= whole.size() - text.offset)
        return std::nullopt;
    const char *begin = reinterpret_cast<const char *>(whole.data()) + text.offset;
    if (begin[text.length] != '\0' || std::memchr(begin, '\0', text.length) != nullptr)
        return std::nullopt;
    return std::string(begin, text.length);
}

} // namespace mk::driver
