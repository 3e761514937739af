// SPDX-License-Identifier: GPL-2.0-only
#include "explain/why.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/module_name.hpp"
#include "explain/configured_refusal.hpp"
#include "explain/explain_record.hpp"
#include "explain/meant_module.hpp"
#include "explain/why_without_record.hpp"
#include "kmod/catalog.hpp"
#include "system/kernel_state.hpp"

namespace mk {

namespace {

bool is_failed_call(const driver::Event &event) {
    return event.kind == driver::EventKind::LoadFailed ||
           event.kind == driver::EventKind::UnloadRefused;
}

Error none_such(const WhyQuestion &question) {
    if (question.record)
        return {ErrorCode::NotFound, fmt::format("there is no record {} of a module in the time "
                                                 "that the record covers",
                                                 *question.record)};
    if (question.pid)
        return {ErrorCode::NotFound, fmt::format("process {} did nothing with modules in the time "
                                                 "that the record covers",
                                                 *question.pid)};
    return {ErrorCode::NotFound, "no load and no unload failed in the time that the record covers"};
}

// The record that is meant; what came after it is cut off.
Result<driver::Event> find_record(const WhyQuestion &question, std::vector<driver::Event> &events) {
    const auto is_meant = [&](const driver::Event &event) {
        if (question.record)
            return event.sequence == *question.record;
        if (question.pid)
            return event.tgid == *question.pid &&
                   (is_failed_call(event) || !driver::module_of(event).empty());
        return is_failed_call(event);
    };
    const auto last = std::find_if(events.rbegin(), events.rend(), is_meant);
    if (last == events.rend() || (driver::module_of(*last).empty() && !is_failed_call(*last)))
        return none_such(question);
    auto found = *last;
    events.erase(last.base(), events.end());
    // One without a name has no history.
    if (driver::module_of(found).empty())
        events = {found};
    return found;
}

void diagnose(Why &why, const std::vector<driver::Event> &events, bool may_open_file,
              const FindLastLoad &find_last_load) {
    const auto *failed = why.history.last_failure();
    if (failed == nullptr)
        return;
    if (may_open_file)
        why.file = look_at_file_of(*failed);
    why.diagnosis = diagnose_record(*failed, why.kernel, why.file.checks);
    if (why.history.is_live())
        return;
    const bool is_same_file = why.file.state == RecordedFile::State::Same;
    if (auto worked = changed_since(*failed, events, is_same_file, find_last_load))
        why.diagnosis->evidence.emplace_back(std::move(*worked));
}

// Of a dependency, the devices are those of the module that needs it.
void find_devices(Why &why, Catalog &catalog) {
    const auto &history = why.history;
    if (history.trigger != Trigger::Udev && history.trigger != Trigger::Unknown)
        return;
    const auto &module = history.loaded_for.empty() ? history.module : history.loaded_for;
    why.devices = candidate_devices(catalog, module);
    const auto *load = history.load();
    if (history.trigger != Trigger::Udev || load == nullptr)
        return;
    const auto slept = slept_ns();
    drop_later(why.devices, *load, slept);
    why.device = device_of_load(why.devices, *load, slept);
}

} // namespace

Result<Why> why_of(const WhyQuestion &question, Result<std::vector<driver::Event>> recorded,
                   const JournalAnswers &journal) {
    if (!recorded)
        return why_without_record(question, recorded.error());
    auto events = recorded.take();
    const bool is_named = !question.target.empty();
    if (is_named)
        TRY(check_load_target(question.target));
    auto catalog = Catalog::create();
    std::string name;
    if (is_path(question.target))
        name = TRY(describe_file(question.target)).name;
    else if (is_named)
        name = meant_by(question.target, catalog, events);
    else
        name = driver::module_of(TRY(find_record(question, events)));
    const LoadedModules kernel;
    Why why;
    why.kernel = KernelState::read();
    why.history = history_of(
        name, events, [&](const std::string &one) { return kernel.holders(one); },
        [&](const std::string &one) { return kernel.uses(one); });
    if (why.history.trigger == Trigger::Daemon && why.history.end && journal.caller)
        why.history.caller = journal.caller(why.history);
    if (check_name(name))
        why.state = kernel.state(name);
    if (!why.is_loaded() && !name.empty())
        why.configured = obstacles_of(catalog, name);
    if (!why.history.is_known() && !why.history.failed_since && !is_in_kernel(why.state) &&
        why.configured.empty())
        return never_seen(question.target, name, why.state, catalog);
    diagnose(why, events, question.may_open_file, journal.last_load);
    if (catalog)
        find_devices(why, catalog.value());
    return why;
}

} // namespace mk
