// SPDX-License-Identifier: GPL-2.0-only
// A cpio archive as an initramfs is made of them.
#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

namespace mk::test {

// @links and @inode: of one of several names of a file.
inline std::string cpio_entry(const std::string &name, const std::string &bytes, unsigned mode,
                              unsigned links = 1, unsigned inode = 1) {
    auto text =
        fmt::format("070701{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}"
                    "{:08x}{:08x}",
                    inode, mode, 0, 0, links, 0, bytes.size(), 0, 0, 0, 0, name.size() + 1, 0);
    text += name + '\0';
    text.resize((text.size() + 3) & ~std::size_t{3});
    text += bytes;
    text.resize((text.size() + 3) & ~std::size_t{3});
    return text;
}

inline std::string cpio(const std::vector<std::pair<std::string, std::string>> &files) {
    std::string archive = cpio_entry(".", "", 0040755);
    for (const auto &[name, bytes] : files)
        archive += cpio_entry(name, bytes, 0100644);
    return archive + cpio_entry("TRAILER!!!", "", 0);
}

} // namespace mk::test
