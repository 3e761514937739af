// SPDX-License-Identifier: GPL-2.0-only
#include "kmod/kmod_rules.hpp"

#include "kmod/libkmod.hpp"

namespace mk {

// libkmod does not tell its version, but its functions reveal it. Version 33, which is in no
// distribution that we know of, is treated as 34.
KmodRules KmodRules::current() {
    if (!libkmod.open() || libkmod.has("kmod_config_get_weakdeps"))
        return {};
    return {.alias_files = true, .dangling_links_hide = true, .keeps_last_backslash = true};
}

} // namespace mk
