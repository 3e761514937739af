// SPDX-License-Identifier: GPL-2.0-only
// Link to the driver: it connects when the driver is there, follows its records, and falls back to
// uevents when it is not. While connected, the device is open, so the driver cannot be unloaded
// until the daemon stops.
#pragma once

#include <systemd/sd-event.h>

#include <functional>

#include "bus/bus_service.hpp"
#include "driver_client/driver_client.hpp"
#include "service/event_handles.hpp"
#include "service/uevent.hpp"

namespace mk::service {

class DriverLink {
  public:
    DriverLink(sd_event *event, driver::DriverClient &driver, bus::ModuleSource &source)
        : event_(event), driver_(driver), source_(source) {}
    DriverLink(const DriverLink &) = delete;
    DriverLink &operator=(const DriverLink &) = delete;

    // Every record that the driver has, also those from before the daemon was started.
    using Recorded = std::function<void(const driver::Event &)>;

    // Call it first, once: @service must outlive this.
    void start(bus::BusService &service, Recorded recorded = {});
    // Reads all existing records.
    void drain();
    void on_uevent(const Uevent &event);
    void on_uevents_lost();
    // Closes the device.
    void stop();

  private:
    void try_connect(bool quiet);
    Result<void> connect(bool quiet);
    void disconnect(const Error &why);
    // Reports the state on the bus and to systemctl status.
    void tell(bus::DriverStatus face);
    static int on_readable(sd_event_source *source, int fd, uint32_t events, void *userdata);

    sd_event *event_;
    driver::DriverClient &driver_;
    bus::ModuleSource &source_;
    bus::BusService *service_ = nullptr; // Owned by the daemon.
    Recorded recorded_;
    EventSource readable_;
    bool connected_ = false;
};

} // namespace mk::service
