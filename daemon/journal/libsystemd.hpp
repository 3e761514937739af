// SPDX-License-Identifier: GPL-2.0-only
// sd-journal, which is opened with the first journal. What is not listed here does not link.
#pragma once

#include <systemd/sd-id128.h>
#include <systemd/sd-journal.h>

#include "base/dlopen_library.hpp"

namespace mk::journal {

inline constinit LateLibrary libsystemd("libsystemd", LIBSYSTEMD_FILE);

MK_LATE_FUNCTION(libsystemd, sd_id128_get_boot);
MK_LATE_FUNCTION(libsystemd, sd_id128_get_machine);
MK_LATE_FUNCTION(libsystemd, sd_id128_to_string);
MK_LATE_FUNCTION(libsystemd, sd_journal_add_match);
MK_LATE_FUNCTION(libsystemd, sd_journal_close);
MK_LATE_FUNCTION(libsystemd, sd_journal_enumerate_available_data);
MK_LATE_FUNCTION(libsystemd, sd_journal_next);
MK_LATE_FUNCTION(libsystemd, sd_journal_open);
MK_LATE_FUNCTION(libsystemd, sd_journal_previous);
MK_LATE_FUNCTION(libsystemd, sd_journal_restart_data);
MK_LATE_FUNCTION(libsystemd, sd_journal_seek_head);
MK_LATE_FUNCTION(libsystemd, sd_journal_seek_realtime_usec);
MK_LATE_FUNCTION(libsystemd, sd_journal_seek_tail);

} // namespace mk::journal
