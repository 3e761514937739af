// SPDX-License-Identifier: GPL-2.0-only
// What an initramfs holds: cpio archives one after the other, the last of them usually packed.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace mk {

struct InitramfsFile {
    std::string name; // without a leading slash
    std::string bytes;
};

// Regular files whose names are wanted. BadFormat: cut short, packed with something unknown, or no
// archive at all.
Result<std::vector<InitramfsFile>>
read_initramfs(std::string_view image, const std::function<bool(std::string_view name)> &wanted);

} // namespace mk
