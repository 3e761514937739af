// SPDX-License-Identifier: GPL-2.0-only
// Choice between the two interfaces of the driver.
#include "driver_client/dev_node_client.hpp"

#include <utility>

#include "driver_client/netlink.hpp"

namespace mk::driver {
namespace {

// The error of netlink, or of the device: "not loaded" is true only if both say so.
template <typename T> Result<T> better_of(Result<T> netlink, const Error &device) {
    const bool no_family = !netlink && netlink.error().code == ErrorCode::DriverUnavailable;
    if (no_family && device.code != ErrorCode::DriverUnavailable)
        return device;
    return netlink;
}

// A read may return only records of unknown kinds, which is not the end.
Result<std::vector<Event>> next_of(const Device &device) {
    for (;;) {
        auto batch = TRY(device.read_batch());
        if (!batch)
            return std::vector<Event>{};
        if (!batch->empty())
            return std::move(*batch);
    }
}

class DeviceRecordReader final : public RecordReader {
  public:
    explicit DeviceRecordReader(Device device) : device_(std::move(device)) {}
    Result<std::vector<Event>> next() override { return next_of(device_); }

  private:
    Device device_;
};

} // namespace

// A build without the netlink family still reports its state to those who may open the device.
Result<Status> DevNodeClient::status() {
    auto answer = netlink::get_status();
    const bool absent = !answer && answer.error().code == ErrorCode::DriverUnavailable;
    if (!answer && !absent)
        return answer;
    const auto device = Device::open();
    if (answer) {
        if (const auto more = device ? device.value().status() : device.error(); more)
            answer.value().probes_missed = more.value().probes_missed;
        return answer;
    }
    return device ? device.value().status() : better_of(std::move(answer), device.error());
}

Result<std::vector<LoadedModule>> DevNodeClient::modules() {
    const auto device = Device::open();
    return device ? device.value().snapshot() : better_of(netlink::get_modules(), device.error());
}

Result<LoadedModule> DevNodeClient::module(const ModuleName &name) {
    const auto device = Device::open();
    return device ? device.value().query(name)
                  : better_of(netlink::get_module(name), device.error());
}

Result<void> DevNodeClient::open_events(bool from_oldest) {
    auto device = TRY(Device::open());
    if (!from_oldest) {
        TRY(device.seek_end());
    }
    events_ = std::move(device);
    return {};
}

int DevNodeClient::events_fd() const {
    return events_ ? events_->fd() : -1;
}

Result<std::vector<Event>> DevNodeClient::read_events() {
    if (!events_)
        return Error{ErrorCode::DriverUnavailable, "no event stream is open"};
    return next_of(*events_);
}

Result<std::unique_ptr<RecordReader>> DevNodeClient::read_record() {
    auto device = TRY(Device::open());
    return std::unique_ptr<RecordReader>(std::make_unique<DeviceRecordReader>(std::move(device)));
}

void DevNodeClient::close_events() {
    events_.reset();
}

} // namespace mk::driver
