// SPDX-License-Identifier: GPL-2.0-only
#include "engine/explain_record.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <optional>

#include "engine/explain_load.hpp"
#include "engine/explain_unload.hpp"
#include "engine/text_file.hpp"

namespace mk::engine {

namespace {

std::string by_whom(const driver::Event &event) {
    return fmt::format("{} (pid {}, uid {})", event.comm, event.tgid, event.uid);
}

LoadState state_of(const driver::RefusedUnload &refusal) {
    if (refusal.reason == driver::RefusalReason::NotLoaded)
        return LoadState::Absent;
    // being loaded or unloaded: the record does not tell which
    return LoadState::Live;
}

} // namespace

Error explain_failure(const driver::Event &event, const KernelState &kernel) {
    LoadRefusal refusal;
    refusal.module = driver::module_of(event);
    refusal.target = refusal.module;
    refusal.kernel = kernel;
    std::optional<bool> began;
    if (const auto *change = event.as<driver::ModuleChange>()) {
        // A path below another root names another file here, or none.
        refusal.path = change->other_root ? "" : change->file;
        refusal.error = change->error;
        refusal.stage = change->stage;
        began = change->load_sequence != 0;
    }
    Error error = explain_load(refusal, began);
    error.message += fmt::format("; {} tried to load it", by_whom(event));
    return error;
}

Error explain_refusal(const driver::Event &event) {
    UnloadRefusal refusal;
    refusal.module = driver::module_of(event);
    if (const auto *refused = event.as<driver::RefusedUnload>()) {
        refusal.error = refused->error;
        refusal.state = state_of(*refused);
        refusal.references = refused->references;
        for (auto name : split(refused->used_by, ","))
            refusal.holders.emplace_back(name);
        refusal.permanent = refused->reason == driver::RefusalReason::NoExit;
        if (refused->reason == driver::RefusalReason::Busy)
            return {ErrorCode::InUse,
                    fmt::format("module {} was being loaded or unloaded just then; try again; {} "
                                "tried to unload it",
                                refusal.module, by_whom(event))};
    }
    Error error = explain_unload(refusal);
    error.message += fmt::format("; {} tried to unload it", by_whom(event));
    return error;
}

} // namespace mk::engine
