// SPDX-License-Identifier: GPL-2.0-only
// What goes to stderr, and how an Error ends a command.
#pragma once

#include <string>
#include <string_view>

#include "cli/exit_code.hpp"
#include "error.hpp"

namespace mk::cli {

struct Invocation;

// "modkeeper: note: ...": something the reader should know; nothing failed.
void note(std::string_view text);

// "modkeeper: error: ..." and, when there is one, the next command to type on a line of its own.
void complain(std::string_view text, std::string_view hint = {});

// Complains with the hint that fits (or the caller's) and says how to exit. That there is nothing
// to do is a note.
ExitCode fail(const Error &error, std::string_view hint = {});

// The same, and as an object on stdout for who asked for JSON.
ExitCode tell_failed(const Invocation &invocation, const Error &error, std::string_view hint = {});

} // namespace mk::cli
