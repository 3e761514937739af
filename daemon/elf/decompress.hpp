// SPDX-License-Identifier: GPL-2.0-only
// Decompression of module files and kernel images: gzip, xz and zstd. libkmod decompresses too, but
// does not hand out the bytes.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace mk {

// More than any decompressed module or kernel; a small file cannot fill the memory.
inline constexpr std::size_t unpacked_max = 512U << 20;
// More than any module has.
inline constexpr std::size_t module_max = 64U << 20;

enum class Packing { None, Gzip, Xz, Zstd, Unknown };

// From its first bytes. Unknown: one of the other compressions of kernels.
Packing packing_of(std::string_view bytes);
// None: it cannot be read, or is no regular file.
Packing packing_of_file(const std::string &path);
// "gzip", "xz", "zstd", as the kernel names them; "" for the others.
std::string_view name_of(Packing packing);

// BadFormat: damaged, truncated, too large, or compressed with something else. Consecutive streams
// and frames are decompressed together, anything else after them is ignored. Uncompressed bytes are
// returned unchanged. @limit: of the result.
Result<std::string> unpack(std::string_view bytes, std::size_t limit = unpacked_max);

// The bytes of a file, decompressed if necessary. NotFound, NotAuthorized, BadFormat.
Result<std::string> read_unpacked(const std::string &path, std::size_t limit = unpacked_max);

} // namespace mk
