// SPDX-License-Identifier: GPL-2.0-only
// How a job tells how far it is, and is told to stop.
#pragma once

#include <chrono>
#include <functional>
#include <string>

namespace mk {

// One call at a time, from whatever thread. Any may be left empty.
struct JobHooks {
    // How many modules the job is about: once it is known.
    std::function<void(std::size_t modules)> planned = nullptr;
    // A module's turn has come; it is dealt with.
    std::function<void(const std::string &module)> started = nullptr;
    std::function<void(const std::string &module)> ended = nullptr;
    // The kernel is asked to load or unload a module; it has answered. Nothing can end what goes on
    // in between, which may be part of a step or come after the last one.
    std::function<void(const std::string &module)> asked = nullptr;
    std::function<void(const std::string &module)> answered = nullptr;
    // Asked before each module, and while a command of modprobe.d runs.
    std::function<bool()> canceled = nullptr;
    // How long a command of modprobe.d may take; 0: as long as it likes.
    std::chrono::microseconds command_timeout{0};
};

// The same for jobs whose threads do not wait for each other.
JobHooks serialized(JobHooks hooks);

} // namespace mk
