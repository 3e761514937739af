// SPDX-License-Identifier: GPL-2.0-only
// Digest by which a text of rules is known again: that of the policy in the driver, of the files on
// disk, and of what was kept.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace mk::policy {

// SHA-256, as 64 hexadecimal digits. Failed: libmd cannot be opened.
Result<std::string> digest_of(std::string_view text);

// Its bytes, as the driver takes them. @digits: what digest_of() returned.
std::array<std::uint8_t, 32> bytes_of_digest(std::string_view digits);

} // namespace mk::policy
