// SPDX-License-Identifier: GPL-2.0-only
#include "kmod/kmod_rules.hpp"

#include "kmod/libkmod.hpp"

namespace mk {

// libkmod does not tell its version, but the functions that it has do. 33, which is in no
// distribution that we know of, is taken for 34.
KmodRules KmodRules::current() {
    if (!libkmod.open() || libkmod.has("kmod_config_get_weakdeps"))
        return {};
    return {.alias_files = true, .dangling_links_hide = true, .keeps_last_backslash = true};
}

} // namespace mk
