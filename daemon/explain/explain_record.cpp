// SPDX-License-Identifier: GPL-2.0-only
#include "explain/explain_record.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <optional>

#include "base/foreign_text.hpp"
#include "driver_client/event_names.hpp"
#include "explain/client.hpp"
#include "explain/control_group.hpp"
#include "explain/explain_load.hpp"
#include "explain/explain_unload.hpp"

namespace mk {

namespace {

// Who it was, for those who may know.
void add_actor(Error &error, const driver::Event &event, Audience audience, const char *tried) {
    if (audience == Audience::RecordReaders)
        error.message +=
            fmt::format("; {} (pid {}, uid {}){} tried to {} it{}", as_word(event.comm), event.tgid,
                        event.uid, in_place(driver::cgroup_of(event)), tried, for_client(event));
}

LoadState state_of(const driver::RefusedUnload &refusal) {
    if (refusal.reason == driver::RefusalReason::NotLoaded)
        return LoadState::Absent;
    // being loaded or unloaded: the record does not tell which
    return LoadState::Live;
}

LogLines lines_for(Audience audience) {
    return audience == Audience::RecordReaders ? LogLines::Shown : LogLines::LeftOut;
}

Diagnosis diagnose_refusal(const driver::Event &event, const KernelState &kernel) {
    UnloadRefusal refusal;
    refusal.module = driver::module_of(event);
    refusal.modules_disabled = kernel.modules_disabled;
    refusal.kernel_has_crashed = kernel.has_crashed;
    if (const auto *refused = event.as<driver::RefusedUnload>()) {
        refusal.error = refused->error;
        refusal.capability = refused->capability;
        refusal.state = state_of(*refused);
        refusal.references = refused->references;
        refusal.holders = module_names(refused->used_by);
        refusal.permanent = refused->reason == driver::RefusalReason::NoExit;
        if (refused->reason == driver::RefusalReason::Busy)
            return failure(Cause::BeingLoaded,
                           fmt::format("module {} was being loaded or unloaded at that moment",
                                       as_word(refusal.module)),
                           {}, "try again");
    }
    auto found = diagnose_unload(refusal);
    if (auto lines = telling_lines(event); !lines.empty())
        found.evidence.emplace_back(KernelLines{std::move(lines)});
    return found;
}

std::optional<std::string> kernel_lines_of(const driver::Event &event) {
    if (const auto *change = event.as<driver::ModuleEvent>())
        return change->kernel_lines;
    const auto *refused = event.as<driver::RefusedUnload>();
    return refused ? refused->kernel_lines : std::nullopt;
}

} // namespace

std::vector<std::string> telling_lines(const driver::Event &event) {
    auto lines = driver::lines_in(kernel_lines_of(event).value_or(""));
    std::erase_if(lines, [](const std::string &line) {
        return line.ends_with("taints kernel.") || line.ends_with("tainting kernel");
    });
    return lines;
}

Diagnosis diagnose_record(const driver::Event &event, const KernelState &kernel,
                          const Diagnoses &checks) {
    if (event.kind == driver::EventKind::UnloadRefused)
        return diagnose_refusal(event, kernel);
    LoadRefusal refusal;
    refusal.module = ModuleName(driver::module_of(event));
    refusal.target = refusal.module;
    refusal.kernel = kernel;
    refusal.log = telling_lines(event);
    refusal.checks = checks;
    std::optional<bool> began;
    if (const auto *change = event.as<driver::ModuleEvent>()) {
        // A path below another root names another file here, or none.
        refusal.path = change->other_root ? "" : change->file;
        refusal.error = change->error;
        refusal.stage = change->stage;
        refusal.capability = change->capability;
        refusal.rule = change->rule;
        refusal.rule_reason = change->rule_reason;
        began = change->load_sequence != 0;
    }
    return diagnose_load(refusal, began);
}

Error explain_failure(const driver::Event &event, Audience audience, const KernelState &kernel) {
    Error error = error_of(diagnose_record(event, kernel), lines_for(audience));
    add_actor(error, event, audience, "load");
    return error;
}

std::optional<ErrorCode> error_of_record(const driver::Event &event, const KernelState &kernel) {
    if (event.kind == driver::EventKind::LoadFailed)
        return explain_failure(event, Audience::Everybody, kernel).code;
    if (event.kind == driver::EventKind::UnloadRefused)
        return explain_refusal(event, Audience::Everybody, kernel).code;
    return driver::is_failure(event) ? std::optional(ErrorCode::Failed) : std::nullopt;
}

Error explain_refusal(const driver::Event &event, Audience audience, const KernelState &kernel) {
    Error error = error_of(diagnose_refusal(event, kernel), lines_for(audience));
    add_actor(error, event, audience, "unload");
    return error;
}

} // namespace mk
