// SPDX-License-Identifier: GPL-2.0-only
#include "policy/digest.hpp"

#include <sha2.h>

#include <charconv>

#include "base/dlopen_library.hpp"

namespace mk::policy {

namespace {

constinit DlopenLibrary libmd("libmd", LIBMD_FILE);

MK_DLOPEN_FUNCTION(libmd, SHA256Data);

} // namespace

Result<std::string> digest_of(std::string_view text) {
    TRY(libmd.open());
    std::array<char, SHA256_DIGEST_STRING_LENGTH> digits = {};
    // reads bytes of any kind
    SHA256Data(reinterpret_cast<const std::uint8_t *>(text.data()), text.size(), digits.data());
    return std::string(digits.data());
}

std::array<std::uint8_t, 32> bytes_of_digest(std::string_view digits) {
    std::array<std::uint8_t, 32> bytes = {};
    constexpr int hexadecimal = 16;
    for (std::size_t i = 0; i < bytes.size() && 2 * i + 2 <= digits.size(); ++i)
        std::from_chars(digits.data() + 2 * i, digits.data() + 2 * i + 2, bytes[i], hexadecimal);
    return bytes;
}

} // namespace mk::policy
