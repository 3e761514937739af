// SPDX-License-Identifier: GPL-2.0-only
#include "holders/process_end.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <string_view>

#include "base/root_path.hpp"
#include "base/shell_word.hpp"
#include "base/text_file.hpp"
#include "holders/processes.hpp"

namespace mk {

namespace {

// The number behind "Name:" in a file of lines like that; 0: there is none.
std::uint64_t number_in(std::string_view text, std::string_view name, int base) {
    for (const auto line : split(text, "\n"))
        if (line.starts_with(name)) {
            const auto words = split(line.substr(name.size()), " \t");
            std::uint64_t value = 0;
            if (!words.empty())
                std::from_chars(words[0].data(), words[0].data() + words[0].size(), value, base);
            return value;
        }
    return 0;
}

// Interactive shells ignore SIGTERM, for one.
bool hears_no_end(std::string_view status) {
    constexpr std::uint64_t term = std::uint64_t{1} << (SIGTERM - 1);
    return ((number_in(status, "SigIgn:", 16) | number_in(status, "SigBlk:", 16)) & term) != 0;
}

// "/system.slice/cron.service" of the line "0::/system.slice/cron.service"
std::string group_of(const std::string &folder) {
    const auto text = read_text(folder + "/cgroup").value_or("");
    for (const auto line : split(text, "\n"))
        if (line.starts_with("0::"))
            return std::string(line.substr(3));
    return {};
}

// The service of the system of which it is the main process: a child of the service manager, and
// the first process of the service. Others of its processes can be ended by themselves.
std::string service_of(const std::string &root, std::uint32_t pid, std::string_view status) {
    constexpr std::string_view slice = "/system.slice/";
    const auto group = group_of(folder_of(root, pid));
    if (!group.starts_with(slice))
        return {};
    const auto name = group.substr(slice.size(), group.find('/', slice.size()) - slice.size());
    if (!name.ends_with(".service") || number_in(status, "PPid:", 10) != 1)
        return {};
    const auto text = read_text(path_in(root, "/sys/fs/cgroup" + group) + "/cgroup.procs");
    const auto pids = split(text ? std::string_view(*text) : std::string_view(), "\n");
    const bool is_first = std::ranges::all_of(pids, [&](std::string_view word) {
        std::uint32_t other = 0;
        std::from_chars(word.data(), word.data() + word.size(), other);
        return other >= pid;
    });
    return is_first ? name : std::string();
}

} // namespace

std::string end_of_process(const std::string &root, std::uint32_t pid) {
    const auto status = read_text(folder_of(root, pid) + "/status");
    if (!status || number_in(*status, "Kthread:", 10) == 1)
        return {};
    if (pid == 1)
        return "systemctl daemon-reexec";
    if (const auto service = service_of(root, pid, *status); !service.empty())
        return "systemctl stop " + operand_word(service);
    return fmt::format("kill {}{}", hears_no_end(*status) ? "-KILL " : "", pid);
}

} // namespace mk
