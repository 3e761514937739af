// SPDX-License-Identifier: GPL-2.0-only
// Has somebody changed what is in a set of *.d folders, or one of some other files? Sees files that
// are written in place, and folders and files that were not there.
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
    // To be made before the folders are read.
    explicit ConfigurationWatch(const std::vector<std::string> &folders);

    // To be called before it is read.
    void see(const std::string &path);

    bool changed() const;

  private:
    std::vector<std::pair<std::string, std::optional<FileIdentity>>> seen_;
};

} // namespace mk
