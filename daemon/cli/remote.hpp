// SPDX-License-Identifier: GPL-2.0-only
// -H HOST: the same command on another machine, over ssh, as that machine's own modkeeper does it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "error.hpp"

namespace mk::cli {

struct RemoteCall {
    std::string host;               // as ssh takes it: [USER@]HOST
    std::vector<std::string> words; // what is to be run there, without -H
};

// Nothing when no host is named, or none follows: the parser says what is wrong then. @words: all
// behind "modkeeper".
std::optional<RemoteCall> remote_call(const std::vector<std::string> &words);

// One line for the shell there.
std::string remote_line(const RemoteCall &call);

// The exit status there; 255 is ssh's own for "no connection". Sits and waits.
Result<int> run_remote(const RemoteCall &call);

} // namespace mk::cli
