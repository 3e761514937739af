// SPDX-License-Identifier: GPL-2.0-only
#include "holders/open_file_set.hpp"

#include <linux/kcmp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

namespace mk {

bool are_one_file(const std::vector<ProcessDescriptor> &known, ProcessDescriptor other) {
    // to compare more with each other would take too long
    constexpr std::size_t compared_max = 64;
    return known.size() <= compared_max &&
           std::ranges::any_of(known, [&](const ProcessDescriptor &one) {
               return syscall(SYS_kcmp, one.pid, other.pid, KCMP_FILE, one.fd, other.fd) == 0;
           });
}

} // namespace mk
