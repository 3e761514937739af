// SPDX-License-Identifier: GPL-2.0-only
// Reader of the path of a control group: which container, unit or session the task in it belongs
// to, by the names that container engines and systemd give.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

namespace mk {

struct ControlGroup {
    // "docker", "podman", "kubernetes", "lxc", "machine" (of systemd-machined); "": in none
    std::string engine;
    std::string container; // its name, or the first 12 digits of its ID
    std::string pod;       // of Kubernetes: its UID
    std::string unit;      // of systemd, outside of the container; "": none
    std::string session;   // of the login, such as "3"
    // Whose service manager or session it is below. A user names the groups below there.
    std::optional<uid_t> owner;
};

// @path: from the root, as in /proc/PID/cgroup. A path that was cut says as much as is there.
ControlGroup read_control_group(std::string_view path);

// "the docker container 0123456789ab", "session 3 of user 1000", "foo.service"; "": the path tells
// nothing. Fit to stand inside a line, whatever the names are.
std::string place_text(const ControlGroup &group);

// The same behind " in "; "" where there is nothing to say.
std::string in_place(std::string_view path);

} // namespace mk
