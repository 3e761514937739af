// SPDX-License-Identifier: GPL-2.0-only
#include "explain/why.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/module_name.hpp"
#include "explain/configured_refusal.hpp"
#include "explain/explain_record.hpp"
#include "explain/meant_module.hpp"
#include "explain/stuck_load.hpp"
#include "explain/unanswered_request.hpp"
#include "explain/unnamed_load.hpp"
#include "explain/why_without_record.hpp"
#include "kmod/catalog.hpp"
#include "system/kernel_state.hpp"

namespace mk {

namespace {

bool is_failed_call(const driver::Event &event) {
    return event.kind == driver::EventKind::LoadFailed ||
           event.kind == driver::EventKind::UnloadRefused;
}

// The module that an event is about: a tool that gave up was told so by its command line.
ModuleName subject_of(const driver::Event &event) {
    return event.kind == driver::EventKind::ToolFailed ? module_given_by(target_of(event))
                                                       : ModuleName(driver::module_of(event));
}

Error none_such(const WhyQuestion &question) {
    if (question.record)
        return {ErrorCode::NotFound, fmt::format("there is no record {} of a module in the time "
                                                 "that the record covers",
                                                 *question.record)};
    if (question.pid)
        return {ErrorCode::NotFound,
                fmt::format("process {} did nothing with modules in the time that the record "
                            "covers; of a program that does not find a module, or cannot read its "
                            "file, \"modkeeper why NAME\" and \"modkeeper check FILE\" may tell",
                            *question.pid)};
    return {ErrorCode::NotFound, "no load and no unload failed in the time that the record covers"};
}

// The record that is meant; what came after it is cut off. @crashed: the load that a crash ended,
// for which there is no other record; nullptr: none.
Result<driver::Event> find_record(const WhyQuestion &question, std::vector<driver::Event> &events,
                                  const driver::Event *crashed) {
    const auto is_meant = [&](const driver::Event &event) {
        if (question.record)
            return event.sequence == *question.record;
        if (question.pid)
            return event.tgid == *question.pid &&
                   (is_failed_call(event) || !subject_of(event).empty());
        return is_failed_call(event) || &event == crashed ||
               (event.kind == driver::EventKind::ToolFailed && is_believed(event) &&
                !subject_of(event).empty());
    };
    const auto last = std::find_if(events.rbegin(), events.rend(), is_meant);
    if (last == events.rend() || (subject_of(*last).empty() && !is_failed_call(*last)))
        return none_such(question);
    auto found = *last;
    events.erase(last.base(), events.end());
    // One without a name has no history.
    if (subject_of(found).empty())
        events = {found};
    return found;
}

// It began, and has neither gone live nor failed.
void diagnose_unfinished(Why &why) {
    why.waits_where = where_it_waits(*why.history.begin);
    if (is_loader_there(*why.history.begin))
        return;
    why.has_crashed = true;
    auto log = read_kernel_messages();
    why.diagnosis =
        diagnose_crash(why.history.module, log ? log.take() : std::vector<KernelMessage>());
}

// Of what a module needs, the last load that failed after the last that is known of the module
// itself: a tool that loads both gives up then, and never asks for the module. nullptr: there is
// none.
const driver::Event *needed_failure(const ModuleName &module, Catalog &catalog,
                                    const std::vector<driver::Event> &events) {
    const auto needed = needed_by(catalog, module);
    const LoadedModules loaded;
    const driver::Event *found = nullptr;
    for (const auto &event : events) {
        const ModuleName name(driver::module_of(event));
        if (name == module)
            found = nullptr;
        else if (event.kind == driver::EventKind::LoadFailed &&
                 std::find(needed.begin(), needed.end(), name) != needed.end() &&
                 !loaded.is_live(name))
            found = &event;
    }
    return found;
}

void diagnose(Why &why, const std::vector<driver::Event> &events, Result<Catalog> &catalog,
              bool may_open_file, const FindLastLoad &find_last_load) {
    if (may_open_file)
        for (auto *load : {&why.history.end, &why.history.failed_since})
            if (*load)
                find_file(**load, catalog);
    const bool is_unfinished =
        why.history.begin && !why.history.end && why.state == LoadState::Coming;
    if (is_unfinished && !why.is_about_failure) {
        diagnose_unfinished(why);
        return;
    }
    const auto *failed = why.history.last_failure();
    if (failed == nullptr)
        return;
    // it was unloaded since: what kept it then is not why it is not loaded
    if (failed->kind == driver::EventKind::UnloadRefused && !why.is_about_failure &&
        !is_in_kernel(why.state))
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

// Was the module's file written, renamed or replaced after the module was unloaded?
bool is_file_newer(Catalog &catalog, const LoadHistory &history) {
    struct stat status {};
    return history.unload && stat(catalog.path_of(history.module).c_str(), &status) == 0 &&
           static_cast<std::uint64_t>(status.st_ctim.tv_sec) * 1'000'000'000 >
               history.unload->realtime_ns;
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

struct Subject {
    ModuleName name; // "": a load that failed before anybody knew its name
    bool is_about_failure = false;
};

// What is asked about; @events end with it then.
Result<Subject> subject_of(const WhyQuestion &question, std::vector<driver::Event> &events,
                           Result<Catalog> &catalog) {
    if (is_path(question.target))
        return Subject{TRY(describe_file(question.target)).name};
    if (!question.target.empty())
        return Subject{meant_by(question.target, catalog, events)};
    const LoadedModules kernel;
    const auto *crashed = crashed_load(
        events, [&](const auto &one) { return kernel.state(one) == LoadState::Coming; });
    const auto meant = TRY(find_record(question, events, crashed));
    return Subject{subject_of(meant), is_failed_call(meant)};
}

LoadHistory told_of(const ModuleName &module, const std::vector<driver::Event> &events) {
    const LoadedModules kernel;
    return history_of(
        module, events, [&](const ModuleName &one) { return kernel.holders(one); },
        [&](const ModuleName &one) { return kernel.uses(one); });
}

// Of a module that is not loaded because of what it needs.
void tell_of_needed(Why &why, const ModuleName &name, Catalog &catalog,
                    const std::vector<driver::Event> &events) {
    const auto *failed = needed_failure(name, catalog, events);
    if (failed == nullptr)
        return;
    auto needed = told_of(ModuleName(driver::module_of(*failed)), events);
    if (!needed.has_failed())
        return;
    why.history = std::move(needed);
    why.history.loaded_for = name;
}

// What a module that the kernel does not have met on its way there.
void find_obstacles(Why &why, const WhyQuestion &question, const ModuleName &name,
                    Result<Catalog> &catalog, const std::vector<driver::Event> &events) {
    const bool is_untold = !why.history.is_known() && !why.history.failed_since;
    if (!question.target.empty())
        if (const auto *request = unanswered_request(events, catalog, question.target, name)) {
            why.unanswered = *request;
            if (!why.history.request)
                why.history.request = *request;
        }
    if (catalog && question.may_open_file && why.configured.empty() &&
        (is_untold || is_file_newer(catalog.value(), why.history)))
        why.configured = file_refusals(catalog.value(), name);
}

// Of an unload that failed because something held the module, the record has how many references
// there were; who has them is seen only now.
void look_for_holders(Why &why, const FindHeldBy &held_by) {
    const auto is_held = [](const Diagnosis *one) { return one && one->cause == Cause::Held; };
    auto *found = why.tool ? &why.tool->diagnosis : nullptr;
    if (!is_held(found))
        found = why.diagnosis ? &*why.diagnosis : nullptr;
    if (!is_held(found) || !why.is_loaded() || !held_by)
        return;
    auto held = held_by(ModuleName(found->subject));
    if (!held || (held->is_held && held->clauses.empty()))
        return;
    if (!held->is_held)
        found->remedies = {"try again"};
    else if (!held->remedy.empty())
        found->remedies = {held->remedy};
    found->evidence.emplace_back(HeldNow{std::move(*held)});
}

} // namespace

Result<Why> why_of(const WhyQuestion &question, Result<std::vector<driver::Event>> recorded,
                   const FindLastLoad &last_load, const FindHeldBy &held_by) {
    if (!recorded)
        return why_without_record(question, recorded.error());
    auto events = recorded.take();
    const bool is_named = !question.target.empty();
    if (is_named)
        TRY(check_load_target(question.target));
    auto catalog = Catalog::create({}, NearNames::LookedFor);
    name_loads(events);
    const auto [name, is_about_failure] = TRY(subject_of(question, events, catalog));
    Why why;
    why.is_about_failure = is_about_failure;
    why.kernel = KernelState::read();
    why.history = told_of(name, events);
    if (check_name(name))
        why.state = LoadedModules().state(name);
    const bool is_outside = !is_in_kernel(why.state);
    if (is_named && catalog && is_outside && !why.history.is_live())
        tell_of_needed(why, name, catalog.value(), events);
    if (!why.is_loaded() && !name.empty())
        why.configured = obstacles_of(catalog, name);
    if (is_outside)
        find_obstacles(why, question, name, catalog, events);
    if (const auto *tool = last_failed_tool(events, name, question.target, !is_named))
        why.tool = explain_tool(*tool, name, catalog, question.may_open_file);
    if (is_outside && why.configured.empty() && !why.history.is_known() &&
        !why.history.failed_since && !why.tool) {
        const auto error = never_seen(question.target, name, why.state, catalog);
        if (!why.unanswered || error.facts.cause == Cause::None)
            return error;
        why.diagnosis = failure(error.facts.cause, {}, error.message);
        return why;
    }
    diagnose(why, events, catalog, question.may_open_file, last_load);
    look_for_holders(why, held_by);
    if (catalog)
        find_devices(why, catalog.value());
    return why;
}

} // namespace mk
