// SPDX-License-Identifier: GPL-2.0-only
// A packed module: damaged gzip, xz and zstd, several of them, and more than is allowed.
#include "elf/decompress.hpp"
#include "input.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    constexpr std::size_t limit = 1U << 20;
    auto bytes = mk::unpack(text_of_input(data, size), limit);
    MUST(!bytes || bytes.value().size() <= limit || bytes.value().size() == size);
    return 0;
}
