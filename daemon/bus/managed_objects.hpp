// SPDX-License-Identifier: GPL-2.0-only
// GetManagedObjects. sd-bus could answer it too, but takes half as much time again: it looks up
// each object anew for each interface and each property, and lists the interfaces that all objects
// have.
#pragma once

#include <systemd/sd-bus.h>

#include <functional>
#include <vector>

#include "bus/handles.hpp"

namespace mk::bus {

class ManagedObjects {
  public:
    // Appends each object of a kind with append_object(); 0 or more, or -errno.
    using Append = std::function<int(sd_bus_message *reply)>;

    ManagedObjects() = default;
    ManagedObjects(const ManagedObjects &) = delete;
    ManagedObjects &operator=(const ManagedObjects &) = delete;

    void add(Append append) { kinds_.push_back(std::move(append)); }
    // 0 or -errno.
    int attach(sd_bus *bus);

  private:
    static int on_call(sd_bus_message *call, void *userdata, sd_bus_error *error);

    std::vector<Append> kinds_;
    Slot manager_slot_; // for the signals and for introspection
    Slot slot_;
};

// One object with one interface: the properties of @vtable, whose getters get @userdata. 0 or more,
// or -errno.
int append_object(sd_bus *bus, sd_bus_message *reply, const char *path, const char *interface,
                  const sd_bus_vtable *vtable, void *userdata);

} // namespace mk::bus
