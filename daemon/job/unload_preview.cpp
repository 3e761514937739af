// SPDX-License-Identifier: GPL-2.0-only
#include "job/unload_preview.hpp"

#include <utility>

namespace mk {

namespace {

// A module whose file is gone has no aliases; its own name tells something, too.
std::vector<GoingModule> with_aliases(const ModuleNames &names) {
    std::vector<GoingModule> modules;
    auto catalog = Catalog::create();
    for (const auto &name : names) {
        auto file = catalog ? catalog.value().describe_name(name) : Result<ModuleFile>(Error{});
        modules.push_back(
            {name, file ? std::move(file.value().aliases) : std::vector<std::string>()});
    }
    return modules;
}

} // namespace

Result<UnloadPreview> preview_unload(const UnloadRequest &request, LoadEvents events, pid_t asker) {
    const Unloader unloader({}, LoadedModules(), ModuleCalls::real(), nullptr, std::move(events));
    UnloadPreview preview;
    preview.plan = TRY(unloader.plan(request));
    preview.losses = losses_of(with_aliases(preview.plan.modules), MachineDevices::read(asker));
    return preview;
}

} // namespace mk
