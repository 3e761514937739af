// SPDX-License-Identifier: GPL-2.0-only
// Life of modkeeperd: what is created in which order, and destroyed in the reverse.
#pragma once

#include <set>

#include "base/module_name.hpp"
#include "bus/bus_service.hpp"
#include "bus/handles.hpp"
#include "driver_client/driver_client.hpp"
#include "driver_client/policy_client.hpp"
#include "job/planner.hpp"
#include "journal/sender.hpp"
#include "journal/writer.hpp"
#include "service/driver_link.hpp"
#include "service/event_handles.hpp"
#include "service/forked_task.hpp"
#include "service/idle_index.hpp"
#include "service/job_queue.hpp"
#include "service/uevent_monitor.hpp"

namespace mk::service {

class Daemon {
  public:
    // @driver must outlive this.
    explicit Daemon(driver::DriverClient &driver);

    // Runs until a signal or the bus ends it. An Error is a sentence with what to do about it.
    Result<void> run();

  private:
    Result<void> start_loop();
    Result<void> open_bus();
    Result<void> own_name();
    void catch_up();
    void take_into_journal(const driver::Event &event);
    void watch_journal();
    static int on_journal_due(sd_event_source *source, uint64_t now, void *userdata);
    std::set<ModuleName> modules_of(const JobRequest &request);
    // The name and the device are released, whatever workers are still doing.
    void close();
    static int on_bus_lost(sd_bus_message *message, void *userdata, sd_bus_error *error);

    driver::DriverClient &driver_;
    driver::DevicePolicyClient policy_;
    bus::ModuleSource source_;
    EventLoop loop_;
    bus::Bus bus_;
    Planner planner_;
    std::unique_ptr<IdleIndex> index_;
    std::unique_ptr<JobQueue> jobs_;
    std::unique_ptr<ForkedTasks> background_;
    std::unique_ptr<bus::BusService> service_;
    journal::Sender journald_;
    std::unique_ptr<journal::Writer> journal_;
    EventSource journal_due_;
    std::unique_ptr<DriverLink> link_;
    std::unique_ptr<UeventMonitor> uevents_;
    bus::Slot name_lost_;
};

} // namespace mk::service
