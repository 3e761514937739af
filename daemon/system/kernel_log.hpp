// SPDX-License-Identifier: GPL-2.0-only
// Lines of the kernel log about a module since a given moment.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/module_name.hpp"

namespace mk {

// Whether a line is about the module. The kernel and its modules write the same name with '-' and
// '_'.
bool names_module(std::string_view text, const ModuleName &module);

// Positioned at the end of the log when it was created. Without the right to read the log (or
// without a log) it has no lines.
class KernelLog {
  public:
    explicit KernelLog(const std::string &path = "/dev/kmsg");
    KernelLog(const KernelLog &) = delete;
    KernelLog &operator=(const KernelLog &) = delete;
    ~KernelLog();

    // Skips the existing lines.
    void skip();

    // The lines since then about the module or about loading in general, oldest first, the last
    // @most of them. Each once: some modules log the same line for every CPU.
    std::vector<std::string> lines_about(const ModuleName &module, std::size_t most = 8);

  private:
    int fd_;
};

} // namespace mk
