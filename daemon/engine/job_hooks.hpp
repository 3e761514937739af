// SPDX-License-Identifier: GPL-2.0-only
// How a job tells how far it is, and is told to stop.
#pragma once

#include <functional>
#include <string>

namespace mk::engine {

// One call at a time, from whatever thread. Any may be left empty.
struct JobHooks {
    // How many modules the job is about: once it is known.
    std::function<void(std::size_t modules)> planned = nullptr;
    // A module is about to be given to the kernel; the kernel has answered.
    std::function<void(const std::string &module)> started = nullptr;
    std::function<void(const std::string &module)> ended = nullptr;
    // Asked before each module.
    std::function<bool()> canceled = nullptr;
};

} // namespace mk::engine
