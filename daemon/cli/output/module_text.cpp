// SPDX-License-Identifier: GPL-2.0-only
#include "cli/output/module_text.hpp"

namespace mk::cli {

const char *state_text(LoadState state) {
    return state == LoadState::Absent ? "not loaded" : state_name(state);
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
