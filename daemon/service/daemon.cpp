// SPDX-License-Identifier: GPL-2.0-only
#include "service/daemon.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <systemd/sd-daemon.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <set>

#include "bus/callback.hpp"
#include "bus/connection.hpp"
#include "bus/job_table.hpp"
#include "bus/object_path.hpp"
#include "driver_client/dev_node_client.hpp"
#include "driver_client/device.hpp"
#include "explain/policy_ahead.hpp"
#include "holders/find_holders.hpp"
#include "holders/holder_text.hpp"
#include "job/loader.hpp"
#include "job/reloader.hpp"
#include "job/unloader.hpp"
#include "journal/job_entry.hpp"
#include "journal/last_load.hpp"
#include "journal/load_events.hpp"
#include "journal/reader.hpp"
#include "kmod/libkmod.hpp"

namespace mk::service {

namespace {

// RuntimeDirectory= of the unit creates it and keeps it when the daemon ends.
constexpr const char *locks = "/run/modkeeper";

constexpr std::uint64_t bus_patience_us = 3600ULL * 1000 * 1000;

Error failed(std::string_view what, int error) {
    const auto code =
        error == -EACCES || error == -EPERM ? ErrorCode::NotAuthorized : ErrorCode::Failed;
    return {code, fmt::format("{}: {}", what, std::strerror(-error))};
}

// In a worker, which has no descriptors of the daemon.
std::optional<HeldBy> find_held_by(const ModuleName &module) {
    const auto holders = find_holders(module);
    return holders ? std::optional(held_by(holders.value())) : std::nullopt;
}

// In a worker, too.
std::optional<std::vector<driver::Event>> load_events() {
    driver::DevNodeClient driver;
    return journal::load_events(driver);
}

// In a worker: from now on the driver knows for whom it works, as its records say and rules ask.
// The journal says so anyway. An error: rules that are enforced could not ask.
Result<void> state_client(const JobHooks &hooks) {
    if (!hooks.client)
        return {};
    const auto device = driver::Device::open();
    if (!device && device.error().code == ErrorCode::DriverUnavailable)
        return {};
    const auto stated = device ? device.value().act_for(*hooks.client) : device.error();
    if (stated)
        return {};
    if (!device || driver::is_enforced(device.value()))
        return Error{ErrorCode::Failed,
                     fmt::format("the driver cannot be told whom the job is for, which its rules "
                                 "may ask for: {}",
                                 stated.error().message)};
    fmt::print(stderr, "modkeeperd: records of this job do not say who asked for it: {}\n",
               stated.error().message);
    return {};
}

// In a worker, with the current index and configuration.
JobOutcome run_job(const JobRequest &request, const JobHooks &hooks) {
    if (auto stated = state_client(hooks); !stated) {
        JobOutcome refused;
        refused.failures.emplace_back(stated.error());
        return refused;
    }
    // A dependency that is denied refuses a load before anything is loaded for it.
    const auto denied_by_policy = [&](const PlanStep &step) {
        return denied_ahead(step.module, step.path, step.parameters.text(), hooks.client);
    };
    auto &calls = ModuleCalls::real();
    if (const auto *load = std::get_if<LoadRequest>(&request))
        return Loader({}, LoadedModules(), calls, denied_by_policy).load(*load, hooks);
    if (const auto *unload = std::get_if<UnloadRequest>(&request))
        return Unloader({}, LoadedModules(), calls, find_held_by, load_events)
            .unload(*unload, hooks);
    return Reloader({}, LoadedModules(), calls, find_held_by, denied_by_policy)
        .reload(std::get<ReloadRequest>(request), hooks);
}

} // namespace

Daemon::Daemon(driver::DriverClient &driver)
    : driver_(driver), source_(driver, LoadedModules(), {}),
      planner_({}, LoadedModules(), NearNames::LeftOut) {}

Result<void> Daemon::start_loop() {
    auto made = TRY(make_event_loop());
    loop_ = std::move(made);
    sd_event *event = loop_.get();
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigprocmask(SIG_BLOCK, &signals, nullptr);
    // Without a handler sd-event ends the loop.
    for (int signal : {SIGTERM, SIGINT})
        if (int error = sd_event_add_signal(event, nullptr, signal, nullptr, nullptr); error < 0)
            return failed("signals cannot be handled", error);
    if (int error = sd_event_set_watchdog(event, true); error < 0)
        return failed("systemd's watchdog cannot be set up", error);
    return {};
}

Result<void> Daemon::open_bus() {
    auto opened = TRY(bus::open_connection(bus::system_bus_address()));
    bus_ = std::move(opened);
    sd_bus *bus = bus_.get();
    if (int error = sd_bus_set_exit_on_disconnect(bus, true); error < 0)
        return failed("the bus connection cannot be set up", error);
    // sd-bus closes the connection if it has not read the bus's answer about a match in time, and
    // that answer comes after the calls of a client that floods the daemon.
    if (int error = sd_bus_set_method_call_timeout(bus, bus_patience_us); error < 0)
        return failed("the bus connection cannot be set up", error);
    if (int error = sd_bus_attach_event(bus, loop_.get(), SD_EVENT_PRIORITY_NORMAL); error < 0)
        return failed("the bus connection cannot be added to the event loop", error);
    return {};
}

int Daemon::on_bus_lost(sd_bus_message *, void *userdata, sd_bus_error *) {
    // Another instance has taken over.
    sd_event_exit(static_cast<Daemon *>(userdata)->loop_.get(), 0);
    return 0;
}

Result<void> Daemon::own_name() {
    sd_bus_slot *slot = nullptr;
    if (int error = sd_bus_match_signal(bus_.get(), &slot, "org.freedesktop.DBus",
                                        "/org/freedesktop/DBus", "org.freedesktop.DBus", "NameLost",
                                        bus::callback<on_bus_lost>, this);
        error < 0)
        return failed("the name on the bus cannot be watched", error);
    name_lost_.reset(slot);
    // A killed instance with a hanging worker may not have released the name.
    constexpr std::uint64_t flags = SD_BUS_NAME_REPLACE_EXISTING | SD_BUS_NAME_ALLOW_REPLACEMENT;
    if (int error = sd_bus_request_name(bus_.get(), bus::service_name, flags); error < 0)
        return failed(error == -EEXIST
                          ? "the name org.modkeeper1 is taken; is another modkeeperd running?"
                          : "the name org.modkeeper1 cannot be acquired; is org.modkeeper1.conf in "
                            "/usr/share/dbus-1/system.d, and does this run as root?",
                      error);
    return {};
}

std::set<ModuleName> Daemon::modules_of(const JobRequest &request) {
    if (const auto *load = std::get_if<LoadRequest>(&request))
        return planner_.modules_of(*load);
    auto targets = bus::targets_of(request);
    std::set<ModuleName> modules(targets.begin(), targets.end());
    if (const auto *reload = std::get_if<ReloadRequest>(&request))
        for (const auto &[name, loaded_as] : reload->loaded_as)
            modules.insert(name);
    return modules;
}

void Daemon::catch_up() {
    link_->drain();
    uevents_->drain();
}

void Daemon::take_into_journal(const driver::Event &event) {
    const auto origin = service_->origin_of(static_cast<pid_t>(event.tgid));
    journal_->take(event, journal::Writer::Clock::now(),
                   origin ? journal::fields_of(*origin) : journal::Fields{});
    if (!journal_due_)
        watch_journal();
}

// Entries for a journal that was away, and the number of left-out ones, must not wait for the next
// record.
void Daemon::watch_journal() {
    journal_due_.reset();
    const auto due = journal_->due();
    if (!due)
        return;
    const auto at = std::chrono::duration_cast<std::chrono::microseconds>(due->time_since_epoch());
    sd_event_source *source = nullptr;
    if (sd_event_add_time(loop_.get(), &source, CLOCK_MONOTONIC,
                          static_cast<std::uint64_t>(at.count()), 0, bus::callback<on_journal_due>,
                          this) >= 0)
        journal_due_.reset(source);
}

int Daemon::on_journal_due(sd_event_source *, uint64_t, void *userdata) {
    auto &self = *static_cast<Daemon *>(userdata);
    self.journal_->catch_up([&](const auto &take) { (void)self.driver_.each_record(take); });
    self.watch_journal();
    return 0;
}

Result<void> Daemon::run() {
    TRY(start_loop());
    TRY(open_bus());
    const auto scope = [this](const auto &request) {
        // once here instead of in every worker, which reports a failure
        (void)libkmod.open();
        return modules_of(request);
    };
    index_ = std::make_unique<IdleIndex>(loop_.get(), planner_);
    jobs_ = std::make_unique<JobQueue>(loop_.get(), run_job, scope, JobQueue::usual, locks);
    background_ = std::make_unique<ForkedTasks>(loop_.get());
    service_ = std::make_unique<bus::BusService>(
        bus_.get(), source_, *jobs_, planner_, [this] { catch_up(); }, *background_,
        ConfigurationPlaces{}, journal::last_load,
        [](const ModuleName &module) { return find_holders(module); }, policy_);
    link_ = std::make_unique<DriverLink>(loop_.get(), driver_, source_);
    uevents_ = std::make_unique<UeventMonitor>(
        UeventMonitor::Handlers{[this](const auto &event) { link_->on_uevent(event); },
                                [this] { link_->on_uevents_lost(); }});
    // First subscribe, then read: events in between are seen twice rather than never.
    TRY(uevents_->start(loop_.get()));
    journal_ = std::make_unique<journal::Writer>(
        [this](const auto &fields) { return journald_.send(fields); }, journal::last_position());
    service_->on_job([this](const auto &origin, const char *verb, const auto &targets) {
        (void)journald_.send(journal::entry_of_job(origin, verb, targets));
    });
    link_->start(*service_, [this](const auto &event) { take_into_journal(event); });
    if (int error = service_->attach(); error < 0)
        return failed("the objects cannot be put on the bus", error);
    TRY(own_name());
    sd_notify(0, "READY=1");
    int result = sd_event_loop(loop_.get());
    sd_notify(0, "STOPPING=1");
    close();
    if (result < 0)
        return failed("the event loop ended", result);
    if (result > 0) // sd-bus ends the loop with EXIT_FAILURE
        return Error{ErrorCode::Failed, "the connection to the system bus is lost"};
    return {};
}

void Daemon::close() {
    uevents_.reset();
    link_->stop();
    link_.reset();
    name_lost_.reset();
    service_.reset();
    bus_.reset();
}

} // namespace mk::service
