// SPDX-License-Identifier: GPL-2.0-only
// org.modkeeper1.Module at /org/modkeeper1/module/NAME, for every module of the inventory.
#pragma once

#include <systemd/sd-bus.h>

#include <map>
#include <optional>
#include <string>

#include "bus/handles.hpp"
#include "bus/inventory.hpp"
#include "bus/kernel_feed.hpp"
#include "bus/module_source.hpp"
#include "bus/object_path.hpp"

namespace mk::bus {

// One turn of the event loop, in which nothing is told to have changed.
struct Moment {
    std::uint64_t turn = 0;
    std::uint64_t generation = 0; // of the feed
    bool operator==(const Moment &) const = default;
};

// All values of one module for one moment: GetAll asks for them one by one.
struct ModuleGlimpse {
    std::string name;
    std::optional<Moment> moment;
    ModuleDetails details;
    std::optional<FileDetails> file;
};

class ModuleObjects {
  public:
    ModuleObjects(const Inventory &inventory, ModuleSource &source, const KernelFeed &feed)
        : inventory_(inventory), source_(source), feed_(feed) {}
    ModuleObjects(const ModuleObjects &) = delete;
    ModuleObjects &operator=(const ModuleObjects &) = delete;

    // 0 or -errno.
    int attach(sd_bus *bus);

  private:
    std::optional<Moment> now(sd_bus *bus) const;
    ModuleDetails look(const std::string &name, const std::optional<Moment> &moment);
    ModuleGlimpse &glimpse(sd_bus *bus, const std::string &name);
    const FileDetails &file(ModuleGlimpse &glimpse);
    int append(sd_bus *bus, const std::string &name, const std::string &property,
               sd_bus_message *reply);
    int append_parameters(sd_bus *bus, const std::string &name, sd_bus_message *reply);

    static int on_find(sd_bus *bus, const char *path, const char *interface, void *userdata,
                       void **found, sd_bus_error *error);
    static int on_enumerate(sd_bus *bus, const char *prefix, void *userdata, char ***nodes,
                            sd_bus_error *error);
    static int get_property(sd_bus *bus, const char *path, const char *interface,
                            const char *property, sd_bus_message *reply, void *userdata,
                            sd_bus_error *error);

    static const sd_bus_vtable vtable[];

    const Inventory &inventory_;
    ModuleSource &source_;
    const KernelFeed &feed_;
    std::optional<ModuleGlimpse> glimpse_;
    // When somebody asked which modules there are, and then what was seen of those that nobody has
    // asked for yet: who asks for all objects asks for each in the same turn.
    std::optional<Moment> enumerated_;
    std::optional<std::map<std::string, ModuleDetails>> overview_;
    ObjectName name_;
    Slot vtable_slot_;
    Slot enumerator_slot_;
    Slot manager_slot_;
};

} // namespace mk::bus
