// SPDX-License-Identifier: GPL-2.0-only
// Folder of a process in /proc, and from it the login and the namespaces.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "base/descriptor.hpp"

namespace mk {

// The folder of one process, which never becomes that of another one that gets its number.
class ProcessFolder {
  public:
    explicit ProcessFolder(pid_t pid);

    // In it nothing is found once the process has ended.
    const std::string &path() const { return path_; }
    // Then all that was read before is of it.
    bool is_there() const;

  private:
    Descriptor folder_;
    std::string path_;
};

// The user who logged in. Nothing: nobody did, or it is not known. @folder: as "/proc/self".
std::optional<uid_t> login_uid_in(const std::string &folder);

// Is it in a user or PID namespace that is not the first one, as the driver understands
// "container"? Nothing: it may not be known, or the process has ended.
std::optional<bool> is_in_container(const std::string &folder);

} // namespace mk
