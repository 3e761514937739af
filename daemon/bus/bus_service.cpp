// SPDX-License-Identifier: GPL-2.0-only
#include "bus/bus_service.hpp"

#include <functional>

namespace mk::bus {

BusService::BusService(sd_bus *bus, ModuleSource &source, ModuleJobs &jobs, Planner &planner,
                       std::function<void()> catch_up, BackgroundTasks &background,
                       ConfigurationPlaces places, FindLastLoad last_load, FindHolders find_holders,
                       driver::PolicyClient &policy)
    : bus_(bus), signals_(bus), callers_(bus),
      queue_({[this](sd_bus_message *call) { return account_of(call); },
              [this](sd_bus_message *call, std::function<void()> done) {
                  return callers_.look_up(call, std::move(done));
              }}),
      polkit_(bus, callers_),
      dispatcher_(registry_, source, signals_, [&jobs](pid_t pid) { return jobs.is_worker(pid); }),
      modules_(registry_, source, dispatcher_, callers_, background),
      manager_(bus, {registry_, source, dispatcher_, signals_, callers_, polkit_, jobs, planner,
                     background, driver_, find_holders, std::move(catch_up)}),
      recorder_(source, polkit_, callers_, background, std::move(last_load),
                std::move(find_holders)),
      configuration_(callers_, polkit_, background, policy, places),
      policy_(callers_, polkit_, background, policy, std::move(places)) {
    objects_.add([this](sd_bus_message *reply) { return modules_.append_all(bus_, reply); });
    objects_.add([this](sd_bus_message *reply) { return manager_.jobs().append_all(reply); });
    callers_.on_left([this](const std::string &name) { queue_.forget(name); });
}

std::optional<uid_t> BusService::account_of(sd_bus_message *call) const {
    const auto *caller = callers_.find(call);
    return caller ? std::optional(caller->account) : std::nullopt;
}

int BusService::attach() {
    int error = callers_.attach();
    if (error >= 0)
        error = queue_.attach(bus_);
    if (error >= 0)
        error = objects_.attach(bus_);
    if (error >= 0)
        error = modules_.attach(bus_);
    if (error >= 0)
        error = manager_.attach(bus_);
    if (error >= 0)
        error = recorder_.attach(bus_);
    if (error >= 0)
        error = configuration_.attach(bus_);
    return error < 0 ? error : policy_.attach(bus_);
}

void BusService::set_driver(DriverStatus face) {
    auto before = std::exchange(driver_, std::move(face));
    if (before.state != driver_.state)
        signals_.manager_changed({"DriverState"});
    if (before.version != driver_.version)
        signals_.manager_changed({"DriverVersion"});
    if (before.message != driver_.message)
        signals_.manager_changed({"DriverMessage"});
    if (before.event_source != driver_.event_source)
        signals_.manager_changed({"EventSource"});
}

} // namespace mk::bus
