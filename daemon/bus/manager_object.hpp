// SPDX-License-Identifier: GPL-2.0-only
// org.modkeeper1.Manager at /org/modkeeper1.
#pragma once

#include <systemd/sd-bus.h>

#include <functional>
#include <string>

#include "bus/authority.hpp"
#include "bus/handles.hpp"
#include "bus/inventory.hpp"
#include "bus/kernel_feed.hpp"
#include "bus/module_jobs.hpp"
#include "bus/module_source.hpp"
#include "bus/signals.hpp"

namespace mk::bus {

// What is known of the driver, in the words of the properties.
struct DriverFace {
    std::string state = "absent";
    std::string version;
    std::string message;
    std::string event_source = "uevents";
};

class ManagerObject {
  public:
    struct Parts {
        Inventory &inventory;
        ModuleSource &source;
        KernelFeed &feed;
        Signals &signals;
        Authority &authority;
        ModuleJobs &jobs;
        const DriverFace &driver;
        // Takes in all that the kernel has told up to now, so that answers and signals agree.
        std::function<void()> catch_up;
    };

    explicit ManagerObject(Parts parts);
    ManagerObject(const ManagerObject &) = delete;
    ManagerObject &operator=(const ManagerObject &) = delete;

    // 0 or -errno.
    int attach(sd_bus *bus);

  private:
    using Call = std::shared_ptr<sd_bus_message>;

    Result<engine::LoadRequest> read_load(sd_bus_message *call) const;
    void start_load(const Call &call, engine::LoadRequest request);
    void end_load(const Call &call, const engine::LoadRequest &request,
                  const engine::LoadOutcome &outcome, WorkerTrace trace, bool trace_is_whole);
    // The error of a refused load, told as ModuleFailed once.
    Error tell_failure(const engine::LoadRequest &request, const engine::LoadOutcome &outcome,
                       WorkerTrace &trace, bool trace_is_whole);
    void start_unload(const Call &call, const std::string &name);

    static int on_load(sd_bus_message *call, void *userdata, sd_bus_error *error);
    static int on_unload(sd_bus_message *call, void *userdata, sd_bus_error *error);
    static int on_list(sd_bus_message *call, void *userdata, sd_bus_error *error);
    static int on_get(sd_bus_message *call, void *userdata, sd_bus_error *error);
    static int get_property(sd_bus *bus, const char *path, const char *interface,
                            const char *property, sd_bus_message *reply, void *userdata,
                            sd_bus_error *error);

    static const sd_bus_vtable vtable[];

    Parts parts_;
    std::string release_;
    Slot slot_;
};

} // namespace mk::bus
