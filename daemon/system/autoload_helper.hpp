// SPDX-License-Identifier: GPL-2.0-only
// The program that the kernel runs when it wants a module itself, for a device, a file system, a
// protocol: kernel.modprobe.
#pragma once

#include <cstdint>
#include <string>

namespace mk {

struct AutoloadHelper {
    enum class State : std::uint8_t {
        Unknown, // this kernel asks for nothing, or does not say
        Empty,   // it was told not to ask
        Missing, // it cannot be run
        There,
    };
    State state = State::Unknown;
    std::string path;

    // @root is put before every path; tests have one of their own.
    static AutoloadHelper read(const std::string &root = "");
};

// What sets it right, for root.
inline constexpr const char *autoload_helper_remedy = "sudo sysctl kernel.modprobe=/sbin/modprobe";

} // namespace mk
