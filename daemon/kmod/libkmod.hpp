// SPDX-License-Identifier: GPL-2.0-only
// libkmod, opened with the first context: much can be shown about loaded modules without it.
// Functions that are not listed here do not link.
#pragma once

#include <libkmod.h>

#include "base/dlopen_library.hpp"

namespace mk {

inline constinit DlopenLibrary libkmod("libkmod", LIBKMOD_FILE);

MK_DLOPEN_FUNCTION(libkmod, kmod_config_get_blacklists);
MK_DLOPEN_FUNCTION(libkmod, kmod_config_get_softdeps);
MK_DLOPEN_FUNCTION(libkmod, kmod_config_iter_free_iter);
MK_DLOPEN_FUNCTION(libkmod, kmod_config_iter_get_key);
MK_DLOPEN_FUNCTION(libkmod, kmod_config_iter_get_value);
MK_DLOPEN_FUNCTION(libkmod, kmod_config_iter_next);
MK_DLOPEN_FUNCTION(libkmod, kmod_get_dirname);
MK_DLOPEN_FUNCTION(libkmod, kmod_list_next);
MK_DLOPEN_FUNCTION(libkmod, kmod_load_resources);
MK_DLOPEN_FUNCTION(libkmod, kmod_module_get_dependencies);
MK_DLOPEN_FUNCTION(libkmod, kmod_module_get_initstate);
MK_DLOPEN_FUNCTION(libkmod, kmod_module_get_install_commands);
MK_DLOPEN_FUNCTION(libkmod, kmod_module_get_module);
MK_DLOPEN_FUNCTION(libkmod, kmod_module_get_name);
MK_DLOPEN_FUNCTION(libkmod, kmod_module_get_options);
MK_DLOPEN_FUNCTION(libkmod, kmod_module_get_path);
MK_DLOPEN_FUNCTION(libkmod, kmod_module_get_remove_commands);
MK_DLOPEN_FUNCTION(libkmod, kmod_module_get_softdeps);
MK_DLOPEN_FUNCTION(libkmod, kmod_module_new_from_lookup);
MK_DLOPEN_FUNCTION(libkmod, kmod_module_new_from_name);
MK_DLOPEN_FUNCTION(libkmod, kmod_module_new_from_path);
MK_DLOPEN_FUNCTION(libkmod, kmod_module_ref);
MK_DLOPEN_FUNCTION(libkmod, kmod_module_unref);
MK_DLOPEN_FUNCTION(libkmod, kmod_module_unref_list);
MK_DLOPEN_FUNCTION(libkmod, kmod_new);
MK_DLOPEN_FUNCTION(libkmod, kmod_set_log_fn);
MK_DLOPEN_FUNCTION(libkmod, kmod_unref);

} // namespace mk
