// SPDX-License-Identifier: GPL-2.0-only
// Shell commands of modprobe.d that replace a load or an unload: "install NAME COMMAND", "remove
// NAME COMMAND". They run as modprobe runs them, except that they have a time limit.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/guarded_text.hpp"
#include "base/module_name.hpp"

namespace mk {

struct ModuleCommand {
    enum class Kind : std::uint8_t { Install, Remove };
    Kind kind = Kind::Install;
    GuardedText text; // as in modprobe.d: nothing is ever inserted
    ModuleName module;
    std::string options;    // what $CMDLINE_OPTS expands to
    std::string place = {}; // "file:line"; "": not known
};

struct CommandLimits {
    std::chrono::microseconds timeout{0}; // 0: none
    std::function<bool()> canceled;       // called again and again; may be empty
};

struct CommandEnd {
    enum class How : std::uint8_t { Exited, TimedOut, Canceled, CallsItself };
    How how = How::Exited;
    int status = 0;        // 128 + the signal; 127: there is no shell
    bool is_stuck = false; // it was killed but has not ended
};

// Runs it with /bin/sh in a process group of its own, with the caller's standard output and error.
// The shell has MODPROBE_MODULE and CMDLINE_OPTS in its environment and no signal ignored or
// blocked.
CommandEnd run_command(const ModuleCommand &command, const CommandLimits &limits);

// Why @command failed. Timeout, Canceled, or ReplacedByCommand if it ended by itself or requests
// its own module.
Error command_failure(const ModuleCommand &command, const CommandLimits &limits,
                      const CommandEnd &end);

// BadParameter with the reason if the shell would not make exactly one word of each of @parameters
// in $CMDLINE_OPTS: then a user who may load the module could change what the command does.
Result<void> check_command_parameters(const std::string &module,
                                      const std::vector<std::string> &parameters);

// Whether it does nothing, such as /bin/false. Such a line keeps a module from being loaded.
bool does_nothing(std::string_view command);
// Whether it does nothing and fails, so that modules that depend on it are not loaded either.
bool only_fails(std::string_view command);

} // namespace mk
