// SPDX-License-Identifier: GPL-2.0-only
// Login and namespaces of a process, from its folder in /proc.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace mk {

// The user who logged in. Nothing: nobody did, or it is not known. @folder: as "/proc/self".
std::optional<uid_t> login_uid_in(const std::string &folder);

// Is it in a user or PID namespace that is not the first one, as the driver understands
// "container"? Nothing: it may not be known, or the process has ended.
std::optional<bool> is_in_container(const std::string &folder);

} // namespace mk
