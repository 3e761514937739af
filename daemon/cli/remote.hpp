// SPDX-License-Identifier: GPL-2.0-only
// -H HOST: the same command on another machine, over ssh, as that machine's own modkeeper does it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/ended.hpp"

namespace mk::cli {

struct RemoteCall {
    std::string host;               // as ssh takes it: [USER@]HOST
    std::vector<std::string> words; // what is to be run there, without -H
};

// Nothing when no host is named, or none follows: the parser says what is wrong then. @words: all
// behind "modkeeper".
std::optional<RemoteCall> remote_call(const std::vector<std::string> &words);

// The word as a shell takes it for that word and nothing else.
std::string shell_quoted(const std::string &word);

// One line for the shell there.
std::string remote_line(const RemoteCall &call);

// Ends as the command there does, or with a failure to get so far. Sits and waits.
Ended run_remote(const RemoteCall &call);

} // namespace mk::cli
