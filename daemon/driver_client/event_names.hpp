// SPDX-License-Identifier: GPL-2.0-only
// Names of enumeration values in records, the same in JSON, on D-Bus and in the journal.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "driver_client/record_words.hpp"

namespace mk::driver {

// names_of(Enum{}) has them by value, beginning with 0; "" where a value has no name.

// "load-failed", "symbols", ...
template <typename Enum> std::string_view name_of(Enum value) {
    return names_of(value)[static_cast<std::size_t>(value)];
}

template <typename Enum> std::optional<Enum> named(std::string_view name) {
    const auto names = names_of(Enum{});
    for (std::size_t i = 0; i < names.size(); ++i)
        if (!name.empty() && names[i] == name)
            return static_cast<Enum>(i);
    return std::nullopt;
}

// A value of a newer driver that this program does not know is "unknown".
template <typename Enum> Enum known_or(std::uint32_t value, Enum unknown) {
    return value < names_of(Enum{}).size() ? static_cast<Enum>(value) : unknown;
}

// Letters as in /proc/modules, such as "OE". Taints unknown to this version are left out.
std::string letters_of(Taints taints);
// Nothing: one of them is not a taint's letter.
std::optional<Taints> taints_of(std::string_view letters);

// The texts between the commas.
std::vector<std::string> names_in(std::string_view list);
// What stands between the newlines.
std::vector<std::string> lines_in(std::string_view text);

} // namespace mk::driver
