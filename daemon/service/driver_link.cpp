// SPDX-License-Identifier: GPL-2.0-only
#include "service/driver_link.hpp"

#include <sys/epoll.h>
#include <systemd/sd-daemon.h>

#include <cstring>
#include <utility>

#include "base/clock.hpp"
#include "bus/callback.hpp"

namespace mk::service {

namespace {

constexpr const char *driver_name = "modkeeper";

} // namespace

void DriverLink::start(bus::BusService &service, Recorded recorded) {
    service_ = &service;
    recorded_ = std::move(recorded);
    try_connect(true);
}

void DriverLink::tell(bus::DriverStatus face) {
    sd_notifyf(0, "STATUS=Driver %s%s%s", face.state.c_str(), face.message.empty() ? "" : ": ",
               face.message.c_str());
    service_->set_driver(std::move(face));
}

void DriverLink::try_connect(bool quiet) {
    auto result = connect(quiet);
    if (result)
        return;
    // A loaded driver with which the daemon cannot talk is not absent.
    bool present = source_.loaded().state(ModuleName(driver_name)) == LoadState::Live;
    source_.use_driver(false);
    tell({present ? "mismatch" : "absent", "", result.error().message, "uevents"});
    if (quiet)
        service_->dispatcher().resync(true);
}

Result<void> DriverLink::connect(bool quiet) {
    auto status = TRY(driver_.status());
    TRY(driver_.open_events(true));
    // Earlier records are read without being signaled.
    const std::uint64_t begin = boottime_ns();
    for (bool more = true; more;) {
        auto events = driver_.read_events();
        if (!events) {
            driver_.close_events();
            return events.error();
        }
        for (const auto &event : events.value()) {
            service_->dispatcher().replay(event);
            if (recorded_)
                recorded_(event);
        }
        more = !events.value().empty() && events.value().back().boottime_ns < begin;
    }
    sd_event_source *source = nullptr;
    if (int error = sd_event_add_io(event_, &source, driver_.events_fd(), EPOLLIN,
                                    bus::callback<on_readable>, this);
        error < 0) {
        driver_.close_events();
        return Error{ErrorCode::Failed, std::string("the driver's events cannot be watched: ") +
                                            std::strerror(-error)};
    }
    readable_.reset(source);
    (void)sd_event_source_set_ratelimit(source, batch_us, 1);
    connected_ = true;
    source_.use_driver(true);
    tell({"connected", status.version, "", "driver"});
    service_->dispatcher().resync(quiet);
    return {};
}

void DriverLink::disconnect(const Error &why) {
    stop();
    tell({"absent", "", why.message, "uevents"});
    service_->dispatcher().resync(false);
}

void DriverLink::stop() {
    readable_.reset();
    driver_.close_events();
    connected_ = false;
    source_.use_driver(false);
}

// Records that come while it reads are left for the next turn: otherwise a user who causes records
// as fast as they are read would keep the loop here.
void DriverLink::drain() {
    const std::uint64_t begin = boottime_ns();
    for (bool more = true; connected_ && more;) {
        auto events = driver_.read_events();
        if (!events)
            return disconnect(events.error());
        if (events.value().empty())
            return service_->dispatcher().settle();
        for (const auto &event : events.value()) {
            service_->dispatcher().apply(event);
            if (recorded_)
                recorded_(event);
        }
        more = events.value().back().boottime_ns < begin;
    }
    if (connected_)
        service_->dispatcher().settle();
}

void DriverLink::on_uevent(const Uevent &event) {
    if (event.is_synthetic)
        return;
    bool is_module = event.subsystem == "module" && event.path.starts_with("/module/");
    bool is_driver = (is_module && event.name() == driver_name) ||
                     (event.subsystem == "misc" && event.node == driver_name);
    if (is_module && !connected_) {
        if (event.action == Uevent::Action::Add)
            service_->dispatcher().added(ModuleName(event.name()));
        else if (event.action == Uevent::Action::Remove)
            service_->dispatcher().removed(ModuleName(event.name()));
    }
    if (!is_driver || event.action == Uevent::Action::Other)
        return;
    if (!connected_)
        return try_connect(false);
    // Its node exists before its own init has ended: the module was still coming when it was looked
    // up.
    drain();
    if (connected_)
        service_->dispatcher().resync(false);
}

void DriverLink::on_uevents_lost() {
    if (connected_)
        return;
    service_->dispatcher().resync(false);
    try_connect(false);
}

int DriverLink::on_readable(sd_event_source *, int, uint32_t, void *userdata) {
    static_cast<DriverLink *>(userdata)->drain();
    return 0;
}

} // namespace mk::service
