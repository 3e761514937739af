// SPDX-License-Identifier: GPL-2.0-only
// Marks: a line of text that a user writes to the device, to find the place again.
#pragma once

#include "core/recorder.hpp"
#include "kernel/uaccess.hpp"
#include "lib/result.hpp"

namespace mk {

// Appends the @size bytes at @from as a MARK record and wakes readers. Errors, after which nothing
// is recorded: eperm; emsgsize; einval for what is no line of text; efault. Process context, no
// locks held, may sleep.
Result<> append_mark(Recorder &recorder, UserBytesIn from, usize size);

} // namespace mk
