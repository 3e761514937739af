// SPDX-License-Identifier: GPL-2.0-only
// An initramfs: archives one after the other, the last of them packed.
#include "config/initramfs.hpp"
#include "input.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    auto files =
        mk::read_initramfs(text_of_input(data, size), [](std::string_view) { return true; });
    if (!files)
        return 0;
    for (const auto &file : files.value())
        MUST(!file.name.starts_with('/'));
    return 0;
}
