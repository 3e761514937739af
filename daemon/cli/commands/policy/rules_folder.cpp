// SPDX-License-Identifier: GPL-2.0-only
#include "cli/commands/policy/rules_folder.hpp"

#include <sys/stat.h>

#include <cerrno>

#include "config/atomic_file.hpp"

namespace mk::cli {

Result<void> make_rules_folder() {
    constexpr mode_t usual = 0755;
    for (const auto *folder : {"/etc/modkeeper", "/etc/modkeeper/policy.d"})
        if (mkdir(folder, usual) < 0 && errno != EEXIST)
            return write_failure(folder, errno);
    return {};
}

} // namespace mk::cli
