// SPDX-License-Identifier: GPL-2.0-only
// Messages in the kernel log now, line by line with level and time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace mk {

struct KernelMessage {
    unsigned level = 0; // 0 emergency to 7 debug
    std::uint64_t sequence = 0;
    std::uint64_t microseconds = 0; // of the log's own clock, since the boot, without sleep
    std::string text;
};

// Lines of /dev/kmsg: "level,sequence,time,flags;text"; other lines are skipped. Only messages of
// the kernel itself, not of programs.
std::vector<KernelMessage> parse_kernel_messages(std::string_view lines);

// NotAuthorized without the right to read it, Failed if there is none.
Result<std::vector<KernelMessage>> read_kernel_messages(const std::string &path = "/dev/kmsg");

} // namespace mk
