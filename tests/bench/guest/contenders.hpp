// SPDX-License-Identifier: GPL-2.0-only
// The ways to learn which modules are loaded. Each keeps open and reuses whatever a long-running
// program could keep and reuse, so that what is timed is one more answer, not the start.
#pragma once

#include <memory>
#include <vector>

#include "module_list.hpp"

struct kmod_ctx;

namespace mk::bench {

// Throws std::system_error when it cannot be set up; take() returns false when no answer came.
class DriverSnapshot {
  public:
    DriverSnapshot();
    ~DriverSnapshot();
    DriverSnapshot(const DriverSnapshot &) = delete;
    DriverSnapshot &operator=(const DriverSnapshot &) = delete;

    bool take(ModuleList &list);
    // The system call alone, nothing decoded.
    bool call();

  private:
    int device_;
    std::vector<std::uint64_t> buffer_;
    std::uint32_t bytes_ = 0;
};

class ProcModules {
  public:
    ProcModules();
    ~ProcModules();
    ProcModules(const ProcModules &) = delete;
    ProcModules &operator=(const ProcModules &) = delete;

    bool take(ModuleList &list);

  private:
    int file_;
    std::vector<char> buffer_;
};

class SysfsWalk {
  public:
    SysfsWalk();
    ~SysfsWalk();
    SysfsWalk(const SysfsWalk &) = delete;
    SysfsWalk &operator=(const SysfsWalk &) = delete;

    bool take(ModuleList &list);

  private:
    int folder_; // /sys/module
    std::vector<char> names_;
    std::vector<char> holders_;
};

class Libkmod {
  public:
    Libkmod();
    ~Libkmod();
    Libkmod(const Libkmod &) = delete;
    Libkmod &operator=(const Libkmod &) = delete;

    bool take(ModuleList &list);

  private:
    kmod_ctx *context_;
    int folder_; // /sys/module, for the taints, which libkmod does not tell
};

} // namespace mk::bench
