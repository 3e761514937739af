// SPDX-License-Identifier: GPL-2.0-only
#include "engine/unloader.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "engine/explain_unload.hpp"
#include "engine/kernel_state.hpp"
#include "engine/module_name.hpp"

namespace mk::engine {

Result<void> unload(const std::string &name, const LoadedModules &loaded) {
    if (auto checked = check_name(name); !checked)
        return checked;
    UnloadRefusal refusal;
    refusal.module = canonical_name(name);
    refusal.state = loaded.state(refusal.module);
    if (refusal.state == LoadState::Absent)
        refusal.error = ENOENT;
    if (refusal.state == LoadState::Absent || refusal.state == LoadState::BuiltIn)
        return explain_unload(refusal);
    if (syscall(SYS_delete_module, refusal.module.c_str(), O_NONBLOCK) == 0)
        return {};
    refusal.error = errno;
    refusal.state = loaded.state(refusal.module);
    refusal.holders = loaded.holders(refusal.module);
    if (auto module = loaded.find(refusal.module)) {
        refusal.references = module->references;
        refusal.permanent = module->permanent;
    }
    refusal.modules_disabled = KernelState::read().modules_disabled;
    return explain_unload(refusal);
}

} // namespace mk::engine
