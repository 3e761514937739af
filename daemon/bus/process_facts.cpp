// SPDX-License-Identifier: GPL-2.0-only
#include "bus/process_facts.hpp"

#include <sys/stat.h>

#include "base/text_file.hpp"
#include "system/process_place.hpp"

namespace mk::bus {

namespace {

// Longest path that is kept.
constexpr std::size_t cgroup_max = 1024;

// "0::/system.slice/foo.service" is the line of the unified hierarchy.
std::string cgroup_in(const std::string &folder) {
    const auto text = read_text(folder + "/cgroup").value_or("");
    for (const auto line : split(text, "\n"))
        if (line.starts_with("0::") && line.size() <= 3 + cgroup_max)
            return std::string(line.substr(3));
    return {};
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
    const ProcessFolder process(caller.pid);
    const auto &folder = process.path();
    auto comm = read_line(folder + "/comm");
    const auto login_uid = login_uid_in(folder);
    auto cgroup = cgroup_in(folder);
    const auto in_container = is_in_container(folder);
    const bool is_seen = caller.pid > 0 && is_of_user(folder, caller.uid) && process.is_there();
    if (is_seen) {
        caller.comm = std::move(comm);
        caller.login_uid = login_uid;
        caller.cgroup = std::move(cgroup);
        caller.is_in_container = in_container;
    }
    caller.account = account_of(caller, is_seen);
}

} // namespace mk::bus
