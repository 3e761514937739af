// SPDX-License-Identifier: GPL-2.0-only
// The input of a target as what the code under test takes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "../target.hpp"

inline std::string_view text_of_input(const std::uint8_t *data, std::size_t size) {
    return {reinterpret_cast<const char *>(data), size};
}

inline std::span<const std::byte> bytes_of_input(const std::uint8_t *data, std::size_t size) {
    return std::as_bytes(std::span(data, size));
}
