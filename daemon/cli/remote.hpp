// SPDX-License-Identifier: GPL-2.0-only
// Option -H HOST: runs the command on another machine over ssh, with that machine's own modkeeper.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/ended.hpp"

namespace mk::cli {

struct RemoteCall {
    std::string host;               // as for ssh: [USER@]HOST
    std::vector<std::string> words; // the command line to run there, without -H
};

// Nothing if no host is named, or none follows: the parser then reports the error. @words: all
// words after "modkeeper".
std::optional<RemoteCall> remote_call(const std::vector<std::string> &words);

// The command line for the shell there.
std::string remote_line(const RemoteCall &call);

// Returns the exit status of the command there, or a failure to run it. Blocks.
Ended run_remote(const RemoteCall &call);

} // namespace mk::cli
