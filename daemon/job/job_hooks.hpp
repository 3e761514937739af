// SPDX-License-Identifier: GPL-2.0-only
// Hooks of a job, to report its progress and to cancel it.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "base/caller.hpp"

namespace mk {

// One call at a time, from any thread. Any of them may be empty.
struct JobHooks {
    // The number of modules of the job, once it is known.
    std::function<void(std::size_t modules)> planned = nullptr;
    // The job starts with a module, and has finished with it.
    std::function<void(const std::string &module)> started = nullptr;
    std::function<void(const std::string &module)> ended = nullptr;
    // Called before the kernel loads or unloads a module, and when it has answered. Nothing can end
    // the call in between, which may be part of a step or come after the last one.
    std::function<void(const std::string &module)> asked = nullptr;
    std::function<void(const std::string &module)> answered = nullptr;
    // Asked before each module, and while a command of modprobe.d runs.
    std::function<bool()> canceled = nullptr;
    // Time limit of a command of modprobe.d; 0: none.
    std::chrono::microseconds command_timeout{0};
    // For whom it is done; nothing: for whoever runs it.
    std::optional<JobCaller> client;
};

// The same for jobs whose threads do not wait for each other.
JobHooks serialized(JobHooks hooks);

} // namespace mk
