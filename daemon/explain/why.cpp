// SPDX-License-Identifier: GPL-2.0-only
#include "explain/why.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/module_name.hpp"
#include "elf/decompress.hpp"
#include "explain/configured_refusal.hpp"
#include "explain/driver_absence.hpp"
#include "explain/explain_record.hpp"
#include "explain/without_record.hpp"
#include "kmod/catalog.hpp"
#include "kmod/modalias.hpp"
#include "preflight/preflight.hpp"
#include "system/kernel_state.hpp"
#include "system/udev_database.hpp"

namespace mk {

namespace {

// The module that is meant: a name, or the first that an alias leads to and that was seen.
std::string meant_by(const std::string &target, Result<Catalog> &catalog,
                     const std::vector<driver::Event> &events) {
    std::string name = canonical_name(target);
    const auto seen = [&](const std::string &module) {
        return std::any_of(events.begin(), events.end(), [&](const driver::Event &event) {
            return driver::module_of(event) == module;
        });
    };
    const LoadedModules kernel;
    if (seen(name) || !catalog || (check_name(name) && kernel.find(name)))
        return name;
    const auto modules = catalog.value().resolve_names(target);
    if (!modules)
        return name;
    for (const std::string &module : modules.value())
        if (seen(module))
            return module;
    return modules.value().front();
}

// A module that nobody has heard of is another thing than one that was never loaded.
Error never_seen(const std::string &target, const std::string &name, LoadState state,
                 Result<Catalog> &catalog) {
    const auto file = catalog ? catalog.value().find(target) : Result<ModuleFile>(catalog.error());
    if (state != LoadState::BuiltIn && !file)
        return file.error();
    if (state == LoadState::BuiltIn || file.value().built_in)
        return {ErrorCode::BuiltIn,
                "module " + name + " is built into the kernel: nobody loads it"};
    return {ErrorCode::NotFound, "module " + name +
                                     " is not loaded, and nobody tried to load it in the time that "
                                     "the record covers"};
}

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

Diagnoses obstacles_of(Result<Catalog> &catalog, const std::string &module) {
    Diagnoses found;
    if (catalog)
        found = configured_refusals(catalog.value(), module);
    if (auto helper = missing_helper())
        found.push_back(std::move(*helper));
    return found;
}

// The last load before @failed in the record, which tells less than the journal.
std::optional<LastLoad> last_load_in(const std::vector<driver::Event> &events,
                                     const std::string &module, const driver::Event &failed) {
    std::optional<LastLoad> found;
    for (const auto &event : events)
        if (event.kind == driver::EventKind::LoadLive && event.sequence < failed.sequence &&
            driver::module_of(event) == module)
            found = {event,
                     KernelState::read().release,
                     {"", event.as<driver::ModuleEvent>()->srcversion}};
    return found;
}

// What differs between the failure and the last load that went well.
void add_changes(Why &why, const driver::Event &failed, const std::vector<driver::Event> &events,
                 const FindLastLoad &find) {
    if (failed.kind != driver::EventKind::LoadFailed || why.history.is_live() ||
        why.history.module.empty())
        return;
    auto last = find ? find(why.history.module, &failed) : std::nullopt;
    if (!last)
        last = last_load_in(events, why.history.module, failed);
    if (!last)
        return;
    BuildId build;
    if (why.file.state == RecordedFile::State::Same)
        if (auto bytes = read_unpacked(failed.as<driver::ModuleEvent>()->file))
            build = identity_of_file(std::move(bytes.value()));
    const auto release = KernelState::read().release;
    if (auto worked = compare(*last, attempted_in(failed, release, std::move(build))))
        why.diagnosis->evidence.emplace_back(std::move(*worked));
}

void diagnose(Why &why, const std::vector<driver::Event> &events, bool may_open_file,
              const FindLastLoad &find_last_load) {
    const auto *failed = why.history.last_failure();
    if (failed == nullptr)
        return;
    if (may_open_file)
        why.file = look_at_file_of(*failed);
    why.diagnosis = diagnose_record(*failed, why.kernel, why.file.checks);
    add_changes(why, *failed, events, find_last_load);
}

// Of a dependency, the devices are those of the module that needs it.
void find_devices(Why &why, Catalog &catalog) {
    const auto &history = why.history;
    if (history.trigger != Trigger::Udev && history.trigger != Trigger::Unknown)
        return;
    const auto &module = history.loaded_for.empty() ? history.module : history.loaded_for;
    for (auto &device : devices_of(catalog, module))
        why.devices.push_back({device.path, device.modalias, udev_knows_since_ns(device.path)});
    const auto *load = history.load();
    if (history.trigger != Trigger::Udev || load == nullptr)
        return;
    const auto slept = slept_ns();
    drop_later(why.devices, *load, slept);
    why.device = device_of_load(why.devices, *load, slept);
}

Traces traces_of(const std::string &path) {
    Traces traces;
    traces.kernel = KernelState::read();
    if (auto log = read_kernel_messages())
        traces.log = log.take();
    auto preflight = Preflight::create({});
    if (!path.empty() && preflight) {
        PreflightRequest request;
        request.path = path;
        traces.checks = preflight.value().check(request);
    }
    return traces;
}

// Of the last refusal that the kernel's log shows.
Result<Why> last_without_record(const Error &no_record) {
    auto traces = traces_of("");
    const auto refusal = last_refusal_in(traces.log);
    if (!refusal)
        return Error{no_record.code,
                     no_record.message +
                         "; without it, the kernel's log shows no load that failed"};
    Why why;
    why.no_driver = explain_driver_absence(no_record);
    why.history.module = refusal->module;
    why.diagnosis = diagnose_lines(refusal->module, refusal->lines, traces.kernel);
    return why;
}

Result<Why> without_record(const WhyQuestion &question, const Error &no_record) {
    if (no_record.code != ErrorCode::DriverUnavailable || question.record || question.pid)
        return no_record;
    if (question.target.empty())
        return last_without_record(no_record);
    TRY(check_load_target(question.target));
    auto catalog = Catalog::create();
    Why why;
    std::string path;
    if (is_path(question.target)) {
        why.history.module = TRY(describe_file(question.target)).name;
        path = question.target;
    } else {
        why.history.module = meant_by(question.target, catalog, {});
        const auto file =
            catalog ? catalog.value().find(question.target) : Result<ModuleFile>(catalog.error());
        path = file ? file.value().path : "";
    }
    const auto &name = why.history.module;
    why.state = LoadedModules().state(name);
    if (!is_in_kernel(why.state) && path.empty())
        return never_seen(question.target, name, why.state, catalog);
    why.no_driver = explain_driver_absence(no_record);
    if (catalog && is_in_kernel(why.state))
        find_devices(why, catalog.value());
    if (is_in_kernel(why.state))
        return why;
    why.configured = obstacles_of(catalog, name);
    why.diagnosis = diagnose_traces(name, traces_of(path));
    return why;
}

} // namespace

Result<Why> why_of(const WhyQuestion &question, Result<std::vector<driver::Event>> recorded,
                   const JournalAnswers &journal) {
    if (!recorded)
        return without_record(question, recorded.error());
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
