// SPDX-License-Identifier: GPL-2.0-only
// The SSH connection through which a process is used.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

namespace mk {

struct SshConnection {
    std::string peer; // addresses, as sshd writes them
    std::string local;

    bool operator==(const SshConnection &) const = default;
};

// "192.0.2.7 50000 192.0.2.1 22", as in SSH_CONNECTION.
std::optional<SshConnection> ssh_connection_in(std::string_view text);

// From the environment with which @process or one of its parents was started: sudo keeps no
// SSH_CONNECTION, the shell above it has one. Nothing: there is none, or it may not be read.
std::optional<SshConnection> ssh_connection_of(pid_t process, const std::string &root = "");

} // namespace mk
