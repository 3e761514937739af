// SPDX-License-Identifier: GPL-2.0-only
// The shell commands that modprobe.d may put in the place of a load or an unload: "install NAME
// COMMAND", "remove NAME COMMAND". They run as modprobe runs them, except that they end when their
// time is over.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace mk {

struct ModuleCommand {
    enum class Kind : std::uint8_t { Install, Remove };
    Kind kind = Kind::Install;
    std::string text; // as modprobe.d has it: nothing is ever put into it
    std::string module;
    std::string options;   // what $CMDLINE_OPTS expands to
    bool is_public = true; // may every user read its line?
};

struct CommandLimits {
    std::chrono::microseconds timeout{0}; // 0: none
    std::function<bool()> canceled;       // asked again and again; may be empty
};

struct CommandEnd {
    enum class How : std::uint8_t { Exited, TimedOut, Canceled, CallsItself };
    How how = How::Exited;
    int status = 0;        // 128 + the signal; 127: there is no shell
    bool is_stuck = false; // it was killed and has not ended
};

// Runs it with /bin/sh in a process group of its own, standard output and error going where the
// caller's go. The shell has MODPROBE_MODULE and CMDLINE_OPTS in its environment and no signal
// ignored or blocked.
CommandEnd run_command(const ModuleCommand &command, const CommandLimits &limits);

// Why @command did not do it. Timeout, Canceled, or ReplacedByCommand when it ended by itself or
// goes round in circles.
Error command_failure(const ModuleCommand &command, const CommandLimits &limits,
                      const CommandEnd &end);

// BadParameter with the reason when the shell would make something else than one word each of
// @parameters in $CMDLINE_OPTS: then who may load the module would say what the command does.
Result<void> check_command_parameters(const std::string &module,
                                      const std::vector<std::string> &parameters);

// Is it one that does nothing, such as /bin/false? Such a line keeps a module from being loaded.
bool does_nothing(std::string_view command);
// Does it do nothing and fail, so that what needs the module is not loaded either?
bool only_fails(std::string_view command);

} // namespace mk
