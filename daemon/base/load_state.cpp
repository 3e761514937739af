// SPDX-License-Identifier: GPL-2.0-only
#include "base/load_state.hpp"

namespace mk {

const char *state_name(LoadState state) {
    switch (state) {
    case LoadState::Absent:
        return "absent";
    case LoadState::BuiltIn:
        return "built-in";
    case LoadState::Coming:
        return "coming";
    case LoadState::Going:
        return "going";
    case LoadState::Live:
        break;
    }
    return "live";
}

} // namespace mk
