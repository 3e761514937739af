// SPDX-License-Identifier: GPL-2.0-only
// Output on stderr, and the exit status of an Error.
#pragma once

#include <string>
#include <string_view>

#include "cli/ended.hpp"

namespace mk::cli {

// Flushes the output. 0, or the errno of the first failed write since the last call: later calls
// may set another errno.
int finish_output();

struct Invocation;

// "modkeeper: note: ...": something the reader should know; nothing failed.
void note(std::string_view text);
// Turns notes off or on again.
void hush(bool on);

// "modkeeper: error: ..." and, if there is one, the next command to type, on a line of its own.
void complain(std::string_view text, std::string_view hint = {});

// Reports an error of a part of the command, and returns its exit status. If there was nothing to
// do, it is a note.
ExitCode fail(const Invocation &invocation, const Error &error, std::string_view hint = {});

// Reports how the command ended; for --json, a failure also as an object on a line of its own on
// stdout.
ExitCode tell(const Invocation &invocation, const Ended &ended);

} // namespace mk::cli
