// SPDX-License-Identifier: GPL-2.0-only
// A packed module: damaged gzip, xz and zstd.
#include "engine/decompress.hpp"
#include "input.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    auto bytes = mk::engine::unpack(text_of_input(data, size));
    MUST(!bytes || bytes.value().size() <= mk::engine::unpacked_max ||
         bytes.value().size() == size);
    return 0;
}
