// SPDX-License-Identifier: GPL-2.0-only
// org.modkeeper1.Recorder at /org/modkeeper1: the driver's record for those who may read it.
#pragma once

#include <systemd/sd-bus.h>

#include <cstdint>
#include <memory>

#include "bus/authority.hpp"
#include "bus/handles.hpp"
#include "bus/module_source.hpp"
#include "driver/event_filter.hpp"

namespace mk::bus {

class RecorderObject {
  public:
    // Events in one answer, which is made in one go.
    static constexpr std::uint32_t events_max = 1000;

    RecorderObject(ModuleSource &source, Authority &authority)
        : source_(source), authority_(authority) {}
    RecorderObject(const RecorderObject &) = delete;
    RecorderObject &operator=(const RecorderObject &) = delete;

    // 0 or -errno.
    int attach(sd_bus *bus);

  private:
    struct Query {
        std::uint64_t after = 0;
        std::uint32_t most = events_max;
        driver::EventFilter filter;
    };

    static Result<Query> read_query(sd_bus_message *call);
    void answer(sd_bus_message *call, const Query &query);
    static int on_query(sd_bus_message *call, void *userdata, sd_bus_error *error);

    static const sd_bus_vtable vtable[];

    ModuleSource &source_;
    Authority &authority_;
    Slot slot_;
};

} // namespace mk::bus
