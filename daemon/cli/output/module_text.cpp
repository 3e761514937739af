// SPDX-License-Identifier: GPL-2.0-only
#include "cli/output/module_text.hpp"

namespace mk::cli {

const char *state_text(driver::ModuleState state) {
    switch (state) {
    case driver::ModuleState::Coming:
        return "coming";
    case driver::ModuleState::Going:
        return "going";
    case driver::ModuleState::Gone:
        return "gone";
    case driver::ModuleState::Live:
        break;
    }
    return "live";
}

const char *state_text(LoadState state) {
    switch (state) {
    case LoadState::Absent:
        return "not loaded";
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

const char *state_name(LoadState state) {
    return state == LoadState::Absent ? "absent" : state_text(state);
}

Json json_of(const ModuleMemory &memory) {
    return object({{"text_bytes", memory.text},
                   {"rodata_bytes", memory.rodata},
                   {"data_bytes", memory.data},
                   {"init_bytes", memory.init}});
}

const char *need_text(Need need) {
    switch (need) {
    case Need::Pre:
        return "softdep-pre";
    case Need::Post:
        return "softdep-post";
    case Need::Weak:
        return "weak";
    case Need::Hard:
        break;
    }
    return "needs";
}

} // namespace mk::cli
