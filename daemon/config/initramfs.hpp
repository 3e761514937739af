// SPDX-License-Identifier: GPL-2.0-only
// Reader of an initramfs: a sequence of cpio archives, the last of which is usually compressed.
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

// Regular files with wanted names. BadFormat: truncated, unknown compression, or not an archive.
Result<std::vector<InitramfsFile>>
read_initramfs(std::string_view image, const std::function<bool(std::string_view name)> &wanted);

} // namespace mk
