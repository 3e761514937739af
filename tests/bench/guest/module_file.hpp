// SPDX-License-Identifier: GPL-2.0-only
// Loading and unloading with nothing but the system calls.
#pragma once

#include <string>

namespace mk::bench {

// A .ko that is opened once. Throws std::system_error when there is none.
class ModuleFile {
  public:
    explicit ModuleFile(const std::string &path);
    ~ModuleFile();
    ModuleFile(const ModuleFile &) = delete;
    ModuleFile &operator=(const ModuleFile &) = delete;

    // 0 or errno
    int load(const char *parameters = "") const;
    int unload() const;

    const std::string &name() const { return name_; }

  private:
    int file_;
    std::string name_; // as the kernel says it
};

} // namespace mk::bench
