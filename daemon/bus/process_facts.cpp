// SPDX-License-Identifier: GPL-2.0-only
#include "bus/process_facts.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <charconv>

#include "base/text_file.hpp"

namespace mk::bus {

namespace {

std::optional<uid_t> login_uid_in(const std::string &folder) {
    const auto text = read_line(folder + "loginuid");
    uid_t login = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), login);
    if (error != std::errc() || text.empty() || login == static_cast<uid_t>(-1))
        return std::nullopt;
    return login;
}

bool is_of_user(const std::string &folder, uid_t uid) {
    struct stat status {};
    return stat(folder.c_str(), &status) == 0 && status.st_uid == uid;
}

} // namespace

uid_t account_of(const Caller &caller, bool is_seen) {
    if (caller.uid == 0)
        return 0;
    if (!is_seen)
        return Caller::unseen;
    // a user who logged in as root and acts as another is no longer root
    return caller.login_uid.value_or(0) == 0 ? caller.uid : *caller.login_uid;
}

void read_process(Caller &caller) {
    const auto folder = fmt::format("/proc/{}/", caller.pid);
    auto comm = read_line(folder + "comm");
    const auto login_uid = login_uid_in(folder);
    const bool is_seen = caller.pid > 0 && is_of_user(folder, caller.uid);
    if (is_seen) {
        caller.comm = std::move(comm);
        caller.login_uid = login_uid;
    }
    caller.account = account_of(caller, is_seen);
}

} // namespace mk::bus
