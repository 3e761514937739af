// SPDX-License-Identifier: GPL-2.0-only
// The kernel's own words about a module since a moment.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mk {

// Does a line speak of the module? The kernel and its modules write the same name with '-' and '_'.
bool names_module(std::string_view text, std::string_view module);

// Stands at the end of the log as it was when this was made. Without the right to read the log (or
// without a log) it has no lines.
class KernelLog {
  public:
    explicit KernelLog(const std::string &path = "/dev/kmsg");
    KernelLog(const KernelLog &) = delete;
    KernelLog &operator=(const KernelLog &) = delete;
    ~KernelLog();

    // What is there by now is not looked at any more.
    void skip();

    // The texts since then that speak of the module or of loading as such, oldest first, the last
    // @most of them. Each once: some modules say for every CPU what they find.
    std::vector<std::string> lines_about(std::string_view module, std::size_t most = 8);

  private:
    int fd_;
};

} // namespace mk
