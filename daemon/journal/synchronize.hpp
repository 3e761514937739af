// SPDX-License-Identifier: GPL-2.0-only
// Synchronisation with journald, which writes entries to the journal a moment after it has received
// them.
#pragma once

namespace mk::journal {

// Returns when journald has written everything that was sent to it, as journalctl --sync does; or
// after two seconds, or at once without journald.
void synchronize();

} // namespace mk::journal
