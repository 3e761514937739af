// SPDX-License-Identifier: GPL-2.0-only
// A QueryEvents call in progress: it decodes the record and builds the answer in small steps,
// because a full ring takes longer than others should wait.
#pragma once

#include <systemd/sd-bus.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "bus/handles.hpp"
#include "driver_client/driver_client.hpp"
#include "driver_client/event_filter.hpp"

namespace mk::bus {

struct RecordFilter {
    std::uint64_t after = 0; // the sequence number of the last record that is known
    std::uint32_t most = 0;
    driver::EventFilter filter;
};

class RecordQuery {
  public:
    using Clock = std::chrono::steady_clock;
    using Open = std::function<Result<std::unique_ptr<driver::RecordReader>>()>;

    RecordQuery(std::shared_ptr<sd_bus_message> call, RecordFilter wanted)
        : call_(std::move(call)), wanted_(std::move(wanted)) {}
    RecordQuery(const RecordQuery &) = delete;
    RecordQuery &operator=(const RecordQuery &) = delete;

    sd_bus_message *call() const { return call_.get(); }

    // @open: for the beginning. Later records are not read.
    void begin(const Open &open);
    // Until @end, or a little longer. True: it is answered.
    bool go_on(Clock::time_point end);

  private:
    bool fill();
    bool take(const driver::Event &event);
    void finish();
    bool is_over() const { return is_over_ || error_ < 0; }

    std::shared_ptr<sd_bus_message> call_;
    RecordFilter wanted_;
    std::uint64_t began_ns_ = 0; // by the driver's clock
    Result<std::unique_ptr<driver::RecordReader>> reader_ = Error{};
    std::vector<driver::Event> events_; // a part of which may be taken
    std::size_t taken_ = 0;
    Message reply_;
    std::uint32_t count_ = 0;
    bool is_first_ = true;
    bool is_over_ = false;
    int error_ = 0; // of the answer, -errno
};

} // namespace mk::bus
