// SPDX-License-Identifier: GPL-2.0-only
// The initramfs of an installed kernel, where Debian and others keep it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/module_name.hpp"

namespace mk {

struct InitramfsImage {
    std::string path; // with the root before it
    std::string bytes;
};

// NotFound: /boot has none for this kernel. Failed: it cannot be read, or is too large.
Result<InitramfsImage> read_initramfs_image(const std::string &root, const std::string &release);

// In an initramfs, /lib may be a link to /usr/lib: a name without "usr/".
std::string_view without_usr(std::string_view name);

// Whether a file of an initramfs, by its name there, is a module.
bool is_module_in_initramfs(std::string_view name);

// The names of modules in the initramfs of a kernel, each once. Errors as above, and BadFormat.
Result<ModuleNames> modules_in_initramfs(const std::string &root, const std::string &release);

} // namespace mk
