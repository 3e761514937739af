// SPDX-License-Identifier: GPL-2.0-only
#include "system/process_place.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <charconv>

#include "base/folder.hpp"
#include "base/text_file.hpp"

namespace mk {

namespace {

// The first namespaces have the same numbers on every kernel; those of the first process are not
// for everybody to look at.
constexpr const char *first_user = "user:[4026531837]";
constexpr const char *first_pid = "pid:[4026531836]";

} // namespace

ProcessFolder::ProcessFolder(pid_t pid)
    : folder_(open(fmt::format("/proc/{}", pid).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)),
      path_(folder_ ? fmt::format("/proc/self/fd/{}", folder_.get()) : "/nowhere") {}

bool ProcessFolder::is_there() const {
    return folder_ && faccessat(folder_.get(), "stat", F_OK, 0) == 0;
}

std::optional<uid_t> login_uid_in(const std::string &folder) {
    const auto text = read_line(folder + "/loginuid");
    uid_t login = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), login);
    if (error != std::errc() || text.empty() || login == static_cast<uid_t>(-1))
        return std::nullopt;
    return login;
}

std::optional<bool> is_in_container(const std::string &folder) {
    const auto user = link_target(folder + "/ns/user");
    const auto pid = link_target(folder + "/ns/pid");
    if (!user || !pid)
        return std::nullopt;
    return *user != first_user || *pid != first_pid;
}

} // namespace mk
