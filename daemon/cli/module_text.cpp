// SPDX-License-Identifier: GPL-2.0-only
#include "cli/module_text.hpp"

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

const char *state_text(engine::LoadState state) {
    switch (state) {
    case engine::LoadState::Absent:
        return "not loaded";
    case engine::LoadState::BuiltIn:
        return "built-in";
    case engine::LoadState::Coming:
        return "coming";
    case engine::LoadState::Going:
        return "going";
    case engine::LoadState::Live:
        break;
    }
    return "live";
}

const char *state_name(engine::LoadState state) {
    return state == engine::LoadState::Absent ? "absent" : state_text(state);
}

Json json_of(const engine::ModuleMemory &memory) {
    return object({{"text_bytes", memory.text},
                   {"rodata_bytes", memory.rodata},
                   {"data_bytes", memory.data},
                   {"init_bytes", memory.init}});
}

const char *need_text(engine::Need need) {
    switch (need) {
    case engine::Need::Pre:
        return "softdep-pre";
    case engine::Need::Post:
        return "softdep-post";
    case engine::Need::Weak:
        return "weak";
    case engine::Need::Hard:
        break;
    }
    return "needs";
}

} // namespace mk::cli
