// SPDX-License-Identifier: GPL-2.0-only
#include "system/kernel_state.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <utility>
#include <vector>

#include "base/assignments.hpp"
#include "base/root_path.hpp"
#include "base/text_file.hpp"
#include "system/kernel_command_line.hpp"

namespace mk {

namespace {

// Where DKMS keeps it unless its configuration says otherwise.
constexpr const char *dkms_certificate_path = "/var/lib/dkms/mok.pub";

// "none [integrity] confidentiality"
std::string bracketed(const std::string &text) {
    auto open = text.find('[');
    auto close = text.find(']');
    if (open == std::string::npos || close == std::string::npos || close < open)
        return {};
    return text.substr(open + 1, close - open - 1);
}

// The lists after each @word of the command line, which is written with '_'.
std::vector<std::string> lists_after(std::string_view word, const std::string &command_line) {
    std::vector<std::string> lists;
    for (auto &given : split_assignments(command_line)) {
        if (given.name == "--" && !given.has_value)
            break; // what follows is for init
        if (given.has_value && is_same_name(given.name, word))
            lists.push_back(std::move(given.value));
    }
    return lists;
}

bool has_name(std::string_view list, std::string_view name) {
    const auto names = split(list, ",");
    return std::find(names.begin(), names.end(), name) != names.end();
}

// TAINT_DIE of the kernel.
bool is_tainted_by_crash(const std::string &taints) {
    constexpr unsigned die = 7;
    unsigned long bits = 0;
    std::from_chars(taints.data(), taints.data() + taints.size(), bits);
    return (bits >> die & 1U) != 0;
}

} // namespace

KernelState KernelState::read(const std::string &root) {
    KernelState state;
    state.release = read_line(path_in(root, "/proc/sys/kernel/osrelease"));
    state.has_crashed = is_tainted_by_crash(read_line(path_in(root, "/proc/sys/kernel/tainted")));
    state.modules_disabled = read_line(path_in(root, "/proc/sys/kernel/modules_disabled")) == "1";
    state.signatures_enforced =
        read_line(path_in(root, "/sys/module/module/parameters/sig_enforce")) == "Y";
    state.lockdown = bracketed(read_line(path_in(root, "/sys/kernel/security/lockdown")));
    if (auto line = read_command_line(path_in(root, "/proc/cmdline")))
        state.command_line = std::move(line.value());
    std::error_code failed;
    state.has_efi = std::filesystem::exists(path_in(root, "/sys/firmware/efi"), failed);
    if (std::filesystem::exists(path_in(root, dkms_certificate_path), failed))
        state.dkms_certificate = dkms_certificate_path;
    return state;
}

bool KernelState::demands_signatures() const {
    return signatures_enforced || (!lockdown.empty() && lockdown != "none");
}

std::string_view KernelState::demanding_word() const {
    for (const auto word : split_words(command_line)) {
        const auto meaning = assignment_of(word);
        if (word == "--")
            break; // what follows is for init
        if (meaning.name == "lockdown" || is_same_name(meaning.name, "module.sig_enforce"))
            return word;
    }
    return {};
}

// As the kernel compares: literally, and of several the last one counts.
bool KernelState::blacklists(const ModuleName &module) const {
    const auto lists = lists_after("module_blacklist", command_line);
    return !lists.empty() && has_name(lists.back(), module.str());
}

bool KernelState::skips_init(std::string_view function) const {
    const auto lists = lists_after("initcall_blacklist", command_line);
    return std::any_of(lists.begin(), lists.end(),
                       [&](const auto &list) { return has_name(list, function); });
}

} // namespace mk
