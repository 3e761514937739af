// SPDX-License-Identifier: GPL-2.0-only
#include "kmod/unlisted_file.hpp"

#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "base/folder.hpp"
#include "base/module_name.hpp"

namespace mk {

namespace fs = std::filesystem;

std::string unlisted_file(const std::string &folder, const std::string &name) {
    constexpr std::size_t entries_max = 100'000;
    const auto wanted = canonical_name(name);
    std::vector<fs::path> folders{folder};
    std::size_t entries = 0;
    while (!folders.empty() && entries < entries_max) {
        const auto open = std::move(folders.back());
        folders.pop_back();
        for (const auto &entry : readable_entries(open.native())) {
            std::error_code failed;
            const auto kind = fs::symlink_status(open / entry, failed).type();
            ++entries;
            // not into the sources, to which links lead
            if (kind == fs::file_type::directory)
                folders.push_back(open / entry);
            else if (entry.find(".ko") != std::string::npos && name_from_path(entry) == wanted)
                return (open / entry).native();
        }
    }
    return {};
}

} // namespace mk
