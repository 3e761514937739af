// SPDX-License-Identifier: GPL-2.0-only
// What goes to stderr, and how an Error ends a command.
#pragma once

#include <string>
#include <string_view>

#include "cli/ended.hpp"

namespace mk::cli {

// Writes what is left of the output. 0, or the errno of the first time since the last call that it
// could not be written: whatever is done after that has an errno of its own.
int finish_output();

struct Invocation;

// "modkeeper: note: ...": something the reader should know; nothing failed.
void note(std::string_view text);
// From now on notes are not wanted, or are again.
void hush(bool on);

// "modkeeper: error: ..." and, when there is one, the next command to type on a line of its own.
void complain(std::string_view text, std::string_view hint = {});

// Complains of a part of what a command did, and says how to exit for it. That there is nothing to
// do is a note.
ExitCode fail(const Invocation &invocation, const Error &error, std::string_view hint = {});

// How the command ended, to whoever started it: a failure also as an object on a line of its own on
// stdout for who asked for JSON.
ExitCode tell(const Invocation &invocation, const Ended &ended);

} // namespace mk::cli
