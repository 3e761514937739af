// SPDX-License-Identifier: GPL-2.0-only
// sd-bus, opened with the first connection. Functions that are not listed here do not link.
#pragma once

#include <systemd/sd-bus.h>

#include "base/dlopen_library.hpp"

namespace mk::cli {

inline constinit DlopenLibrary libsystemd("libsystemd", LIBSYSTEMD_FILE);

MK_DLOPEN_FUNCTION(libsystemd, sd_bus_add_match_async);
MK_DLOPEN_FUNCTION(libsystemd, sd_bus_call);
MK_DLOPEN_FUNCTION(libsystemd, sd_bus_call_async);
MK_DLOPEN_FUNCTION(libsystemd, sd_bus_call_method_async);
MK_DLOPEN_FUNCTION(libsystemd, sd_bus_error_free);
MK_DLOPEN_FUNCTION(libsystemd, sd_bus_error_get_errno);
MK_DLOPEN_FUNCTION(libsystemd, sd_bus_flush_close_unref);
MK_DLOPEN_FUNCTION(libsystemd, sd_bus_get_events);
MK_DLOPEN_FUNCTION(libsystemd, sd_bus_get_fd);
MK_DLOPEN_FUNCTION(libsystemd, sd_bus_get_timeout);
MK_DLOPEN_FUNCTION(libsystemd, sd_bus_get_unique_name);
MK_DLOPEN_FUNCTION(libsystemd, sd_bus_match_signal);
MK_DLOPEN_FUNCTION(libsystemd, sd_bus_match_signal_async);
MK_DLOPEN_FUNCTION(libsystemd, sd_bus_message_append);
MK_DLOPEN_FUNCTION(libsystemd, sd_bus_message_close_container);
MK_DLOPEN_FUNCTION(libsystemd, sd_bus_message_enter_container);
MK_DLOPEN_FUNCTION(libsystemd, sd_bus_message_exit_container);
MK_DLOPEN_FUNCTION(libsystemd, sd_bus_message_get_error);
MK_DLOPEN_FUNCTION(libsystemd, sd_bus_message_get_path);
MK_DLOPEN_FUNCTION(libsystemd, sd_bus_message_new_method_call);
MK_DLOPEN_FUNCTION(libsystemd, sd_bus_message_open_container);
MK_DLOPEN_FUNCTION(libsystemd, sd_bus_message_peek_type);
MK_DLOPEN_FUNCTION(libsystemd, sd_bus_message_read);
MK_DLOPEN_FUNCTION(libsystemd, sd_bus_message_ref);
MK_DLOPEN_FUNCTION(libsystemd, sd_bus_message_rewind);
MK_DLOPEN_FUNCTION(libsystemd, sd_bus_message_set_allow_interactive_authorization);
MK_DLOPEN_FUNCTION(libsystemd, sd_bus_message_set_auto_start);
MK_DLOPEN_FUNCTION(libsystemd, sd_bus_message_skip);
MK_DLOPEN_FUNCTION(libsystemd, sd_bus_message_unref);
MK_DLOPEN_FUNCTION(libsystemd, sd_bus_open_system);
MK_DLOPEN_FUNCTION(libsystemd, sd_bus_path_decode);
MK_DLOPEN_FUNCTION(libsystemd, sd_bus_process);
MK_DLOPEN_FUNCTION(libsystemd, sd_bus_slot_unref);

} // namespace mk::cli
