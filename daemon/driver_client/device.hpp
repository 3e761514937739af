// SPDX-License-Identifier: GPL-2.0-only
// One open file of /dev/modkeeper: its reads and ioctls, with buffer sizes found and errors named.
#pragma once

#include <linux/modkeeper.h>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/caller.hpp"
#include "base/module_name.hpp"
#include "driver_client/driver_client.hpp"
#include "driver_client/holder_decoder.hpp"

namespace mk::driver {

// Of Device::act_for(): so many processes at a time.
constexpr std::size_t clients_max = MODKEEPER_CLIENTS_MAX;

class Device {
  public:
    static constexpr const char *node = "/dev/modkeeper";

    // Opens without blocking and refuses a driver of another major version.
    static Result<Device> open(const char *path = node);

    Device(Device &&other) noexcept;
    Device &operator=(Device &&other) noexcept;
    Device(const Device &) = delete;
    Device &operator=(const Device &) = delete;
    ~Device();

    int fd() const { return fd_; }

    Result<Status> status() const;
    // All loaded modules, at one instant.
    Result<std::vector<LoadedModule>> snapshot() const;
    Result<LoadedModule> query(const ModuleName &name) const;

    // Its holders now. NotAuthorized without CAP_SYS_PTRACE.
    // Also who has one of @nodes open, if the driver can tell.
    Result<Holders> holders(const ModuleName &name, const std::vector<DeviceId> &nodes) const;

    // From now on records of modules that this process loads and unloads say that it does so for
    // @client. NotAuthorized without CAP_SYS_MODULE; Failed while clients_max other processes act
    // for somebody. A driver from before this was known says nothing.
    Result<void> act_for(const JobCaller &client) const;

    // The cursor of this file goes to the next record that is produced.
    Result<void> seek_end() const;
    // One read: nothing if there is no record now. If all records are of unknown kinds, the list is
    // empty.
    Result<std::optional<std::vector<Event>>> read_batch() const;

  private:
    explicit Device(int fd) : fd_(fd) {}

    int fd_;
};

} // namespace mk::driver
