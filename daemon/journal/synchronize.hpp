// SPDX-License-Identifier: GPL-2.0-only
// What was sent to journald is in the journal a moment later only.
#pragma once

namespace mk::journal {

// Returns when journald has written what was sent to it up to now, as journalctl --sync does; or
// after two seconds, or at once where there is no journald.
void synchronize();

} // namespace mk::journal
