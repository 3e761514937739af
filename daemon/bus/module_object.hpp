// SPDX-License-Identifier: GPL-2.0-only
// org.modkeeper1.Module at /org/modkeeper1/module/NAME, for every loaded module. Its properties
// come from the kernel and the record: no module file is read for them.
#pragma once

#include <systemd/sd-bus.h>

#include <optional>
#include <string>

#include "base/module_name.hpp"
#include "bus/background_tasks.hpp"
#include "bus/callers.hpp"
#include "bus/event_dispatcher.hpp"
#include "bus/handles.hpp"
#include "bus/module_info.hpp"
#include "bus/module_registry.hpp"
#include "bus/object_path.hpp"

namespace mk::bus {

// One turn of the event loop, which may answer several calls as long as nothing changes.
struct LoopTurn {
    std::uint64_t turn = 0;
    std::uint64_t generation = 0; // of the dispatcher
    bool operator==(const LoopTurn &) const = default;
};

class ModuleObjects {
  public:
    ModuleObjects(const ModuleRegistry &registry, ModuleSource &source,
                  const EventDispatcher &dispatcher, Callers &callers, BackgroundTasks &background)
        : registry_(registry), source_(source), dispatcher_(dispatcher), callers_(callers),
          background_(background) {}
    ModuleObjects(const ModuleObjects &) = delete;
    ModuleObjects &operator=(const ModuleObjects &) = delete;

    // 0 or -errno.
    int attach(sd_bus *bus);
    // For ManagedObjects.
    int append_all(sd_bus *bus, sd_bus_message *reply);

  private:
    // All values of one module at one moment: a client that asks for all asks for them one by one.
    struct ModuleSnapshot {
        ModuleObjects *owner = nullptr;
        ModuleName name;
        std::optional<LoopTurn> turn;
        KnownModule known;
        LoadedModule details;
    };

    std::optional<LoopTurn> now(sd_bus *bus) const;
    ModuleSnapshot &snapshot(sd_bus *bus, const ModuleName &name, const KnownModule &known);

    static int on_find(sd_bus *bus, const char *path, const char *interface, void *userdata,
                       void **found, sd_bus_error *error);
    static int on_enumerate(sd_bus *bus, const char *prefix, void *userdata, char ***nodes,
                            sd_bus_error *error);
    static int on_file_info(sd_bus_message *call, void *userdata, sd_bus_error *error);
    // @append: writes one value of a ModuleSnapshot; 0 or more, or -errno.
    template <auto append> static int get(sd_bus *bus, const char *path, const char *interface,
                                          const char *property, sd_bus_message *reply,
                                          void *userdata, sd_bus_error *error);
    struct Values;

    static const sd_bus_vtable vtable[];

    const ModuleRegistry &registry_;
    ModuleSource &source_;
    const EventDispatcher &dispatcher_;
    Callers &callers_;
    BackgroundTasks &background_;
    ModuleSnapshot snapshot_;
    ObjectName name_;
    Slot vtable_slot_;
    Slot enumerator_slot_;
};

} // namespace mk::bus
