// SPDX-License-Identifier: GPL-2.0-only
// The ELF kernel (vmlinux) inside the file that a boot loader starts.
#pragma once

#include <string>

#include "elf/elf_object.hpp"

namespace mk {

// An x86 bzImage, a compressed or a plain vmlinux. BadFormat: something else, such as an arm64
// Image, which has no sections. Decompression takes most of a second.
Result<ElfObject> read_kernel_image(const std::string &path);

} // namespace mk
