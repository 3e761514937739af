// SPDX-License-Identifier: GPL-2.0-only
// A key of the commands' JSON: its type, its meaning, and the keys below it.
#pragma once

#include <cstdint>
#include <string_view>

namespace mk::cli {

enum class JsonType : std::uint8_t { Text, Number, Truth, Texts, Numbers, Object, Objects };

// Names separated by blanks, in the order in which they are printed. One that ends with '?' is
// present only on request, or in some of these objects.
using Members = std::string_view;

struct Key {
    std::string_view name;
    JsonType type;
    std::string_view meaning;
    Members members = {}; // of an object, or of each object in an array
};

} // namespace mk::cli
