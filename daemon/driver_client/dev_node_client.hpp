// SPDX-License-Identifier: GPL-2.0-only
// The real driver: the device for events and consistent snapshots, generic netlink for users who
// may not open the device.
#pragma once

#include <optional>

#include "base/module_name.hpp"
#include "driver_client/device.hpp"
#include "driver_client/driver_client.hpp"

namespace mk::driver {

class DevNodeClient final : public DriverClient {
  public:
    Result<Status> status() override;
    Result<std::vector<LoadedModule>> modules() override;
    Result<LoadedModule> module(const ModuleName &name) override;

    Result<void> open_events(bool from_oldest) override;
    int events_fd() const override;
    Result<std::vector<Event>> read_events() override;
    Result<std::unique_ptr<RecordReader>> read_record() override;
    void close_events() override;

  private:
    std::optional<Device> events_;
};

} // namespace mk::driver
