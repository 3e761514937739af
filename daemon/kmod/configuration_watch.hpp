// SPDX-License-Identifier: GPL-2.0-only
// Watch for changes in a set of *.d directories and some other files. It also sees files that are
// written in place, and directories and files that did not exist.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/file_identity.hpp"

namespace mk {

class ConfigurationWatch {
  public:
    ConfigurationWatch() = default;
    // Create it before the directories are read.
    explicit ConfigurationWatch(const std::vector<std::string> &folders);

    // Call it before the file is read.
    void see(const std::string &path);

    bool changed() const;

  private:
    std::vector<std::pair<std::string, std::optional<FileIdentity>>> seen_;
};

} // namespace mk
