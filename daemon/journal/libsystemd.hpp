// SPDX-License-Identifier: GPL-2.0-only
// sd-journal, opened with the first journal. Functions that are not listed here do not link.
#pragma once

#include <systemd/sd-id128.h>
#include <systemd/sd-journal.h>

#include "base/dlopen_library.hpp"

namespace mk::journal {

inline constinit DlopenLibrary libsystemd("libsystemd", LIBSYSTEMD_FILE);

MK_DLOPEN_FUNCTION(libsystemd, sd_id128_get_boot);
MK_DLOPEN_FUNCTION(libsystemd, sd_id128_get_machine);
MK_DLOPEN_FUNCTION(libsystemd, sd_id128_to_string);
MK_DLOPEN_FUNCTION(libsystemd, sd_journal_add_match);
MK_DLOPEN_FUNCTION(libsystemd, sd_journal_close);
MK_DLOPEN_FUNCTION(libsystemd, sd_journal_enumerate_available_data);
MK_DLOPEN_FUNCTION(libsystemd, sd_journal_next);
MK_DLOPEN_FUNCTION(libsystemd, sd_journal_open);
MK_DLOPEN_FUNCTION(libsystemd, sd_journal_previous);
MK_DLOPEN_FUNCTION(libsystemd, sd_journal_restart_data);
MK_DLOPEN_FUNCTION(libsystemd, sd_journal_seek_head);
MK_DLOPEN_FUNCTION(libsystemd, sd_journal_seek_realtime_usec);
MK_DLOPEN_FUNCTION(libsystemd, sd_journal_seek_tail);

} // namespace mk::journal
