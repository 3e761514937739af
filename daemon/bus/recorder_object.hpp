// SPDX-License-Identifier: GPL-2.0-only
// org.modkeeper1.Recorder at /org/modkeeper1: the driver's record for authorised callers.
#pragma once

#include <systemd/sd-bus.h>

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <utility>

#include "bus/background_tasks.hpp"
#include "bus/callers.hpp"
#include "bus/fair_queue.hpp"
#include "bus/handles.hpp"
#include "bus/module_info.hpp"
#include "bus/polkit.hpp"
#include "bus/record_query.hpp"
#include "explain/why.hpp"
#include "holders/find_holders.hpp"

namespace mk::bus {

class RecorderObject {
  public:
    // Events in one answer.
    static constexpr std::uint32_t events_max = 1000;
    // Event loop time of one step, before others have their turn.
    static constexpr auto slice = std::chrono::milliseconds(2);
    // Queries: one at a time, besides root's.
    static constexpr QueueLimits limits = {1, 1, 64, 16};

    RecorderObject(ModuleSource &source, Polkit &polkit, Callers &callers,
                   BackgroundTasks &background, FindLastLoad last_load, FindHolders find_holders)
        : source_(source), polkit_(polkit), callers_(callers), background_(background),
          last_load_(std::move(last_load)), find_holders_(std::move(find_holders)) {}
    RecorderObject(const RecorderObject &) = delete;
    RecorderObject &operator=(const RecorderObject &) = delete;

    // 0 or -errno.
    int attach(sd_bus *bus);

  private:
    static Result<RecordFilter> read_query(sd_bus_message *call);
    void start(std::shared_ptr<sd_bus_message> call, RecordFilter wanted);
    static int on_query(sd_bus_message *call, void *userdata, sd_bus_error *error);
    void find_out_why(const std::shared_ptr<sd_bus_message> &call, WhyQuestion question);
    static int on_why(sd_bus_message *call, void *userdata, sd_bus_error *error);
    static int on_turn(sd_event_source *source, void *userdata);

    static const sd_bus_vtable vtable[];

    ModuleSource &source_;
    Polkit &polkit_;
    Callers &callers_;
    BackgroundTasks &background_;
    FindLastLoad last_load_;
    FindHolders find_holders_;
    FairQueue<std::shared_ptr<RecordQuery>> waiting_{limits};
    std::deque<std::pair<uid_t, std::shared_ptr<RecordQuery>>> running_; // with its user
    EventSource turn_;
    Slot slot_;
};

} // namespace mk::bus
