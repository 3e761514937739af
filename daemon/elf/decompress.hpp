// SPDX-License-Identifier: GPL-2.0-only
// gzip, xz and zstd, which modules' files and kernels' images are packed with. libkmod unpacks too,
// but keeps the bytes to itself.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace mk {

// More than any module or kernel has when unpacked; a small file cannot fill the memory.
inline constexpr std::size_t unpacked_max = 512U << 20;
// More than any module has.
inline constexpr std::size_t module_max = 64U << 20;

enum class Packing { None, Gzip, Xz, Zstd, Unknown };

// From its first bytes. Unknown: one of the others that kernels may be packed with.
Packing packing_of(std::string_view bytes);

// BadFormat: damaged, cut short, too large, or packed with something else. Streams and frames that
// follow each other are unpacked together, anything else behind them is left alone. Bytes that are
// not packed come back as they are. @limit: of what comes out.
Result<std::string> unpack(std::string_view bytes, std::size_t limit = unpacked_max);

// The bytes of a file, unpacked when they have to be. NotFound, NotAuthorized, BadFormat.
Result<std::string> read_unpacked(const std::string &path, std::size_t limit = unpacked_max);

} // namespace mk
