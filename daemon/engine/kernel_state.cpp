// SPDX-License-Identifier: GPL-2.0-only
#include "engine/kernel_state.hpp"

#include "engine/module_name.hpp"
#include "engine/text_file.hpp"

namespace mk::engine {

namespace {

// "none [integrity] confidentiality"
std::string bracketed(const std::string &text) {
    auto open = text.find('[');
    auto close = text.find(']');
    if (open == std::string::npos || close == std::string::npos || close < open)
        return {};
    return text.substr(open + 1, close - open - 1);
}

} // namespace

KernelState KernelState::read(const std::string &root) {
    KernelState state;
    state.release = read_line(root + "/proc/sys/kernel/osrelease");
    state.modules_disabled = read_line(root + "/proc/sys/kernel/modules_disabled") == "1";
    state.signatures_enforced =
        read_line(root + "/sys/module/module/parameters/sig_enforce") == "Y";
    state.lockdown = bracketed(read_line(root + "/sys/kernel/security/lockdown"));
    state.command_line = read_line(root + "/proc/cmdline");
    return state;
}

bool KernelState::blacklists(std::string_view module) const {
    constexpr std::string_view key = "module_blacklist=";
    for (auto word : split(command_line, " ")) {
        if (!word.starts_with(key))
            continue;
        for (auto listed : split(word.substr(key.size()), ","))
            if (canonical_name(listed) == module)
                return true;
    }
    return false;
}

} // namespace mk::engine
