// SPDX-License-Identifier: GPL-2.0-only
#include "kmod/configuration_watch.hpp"

#include <algorithm>
#include <filesystem>

namespace mk {

namespace fs = std::filesystem;

ConfigurationWatch::ConfigurationWatch(const std::vector<std::string> &folders) {
    for (const auto &folder : folders) {
        see(folder);
        std::error_code failed;
        for (fs::directory_iterator entry(folder, failed), end; !failed && entry != end;
             entry.increment(failed))
            see(entry->path().string());
    }
}

void ConfigurationWatch::see(const std::string &path) {
    seen_.emplace_back(path, identity_of(path));
}

bool ConfigurationWatch::changed() const {
    return std::any_of(seen_.begin(), seen_.end(),
                       [](const auto &one) { return identity_of(one.first) != one.second; });
}

} // namespace mk
