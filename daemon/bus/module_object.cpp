// SPDX-License-Identifier: GPL-2.0-only
#include "bus/module_object.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>

#include "bus/bus_error.hpp"
#include "bus/callback.hpp"
#include "bus/file_info.hpp"
#include "bus/managed_objects.hpp"
#include "bus/node_list.hpp"
#include "bus/task_answer.hpp"
#include "bus/utf8.hpp"

namespace mk::bus {

namespace {

int append_text(sd_bus_message *reply, const std::string &text) {
    return sd_bus_message_append_basic(reply, SD_BUS_TYPE_STRING, utf8(text).c_str());
}

} // namespace

template <auto append> int ModuleObjects::get(sd_bus *, const char *, const char *, const char *,
                                              sd_bus_message *reply, void *userdata,
                                              sd_bus_error *) {
    return append(*static_cast<const ModuleSnapshot *>(userdata), reply);
}

// How each property is written.
struct ModuleObjects::Values {
    static int state(const ModuleSnapshot &module, sd_bus_message *reply) {
        return sd_bus_message_append_basic(reply, SD_BUS_TYPE_STRING,
                                           state_name(module.known.state));
    }
    static int name(const ModuleSnapshot &module, sd_bus_message *reply) {
        return append_text(reply, module.name);
    }
    static int arguments(const ModuleSnapshot &module, sd_bus_message *reply) {
        return append_text(reply, module.owner->source_.public_arguments(
                                      module.name, module.known.load.arguments));
    }
    static int path(const ModuleSnapshot &module, sd_bus_message *reply) {
        return append_text(reply, module.known.load.file);
    }
    template <auto member> static int text(const ModuleSnapshot &module, sd_bus_message *reply) {
        return append_text(reply, module.details.*member);
    }
    template <auto member> static int texts(const ModuleSnapshot &module, sd_bus_message *reply) {
        return append_strings(reply, module.details.*member);
    }
    template <auto member> static int number(const ModuleSnapshot &module, sd_bus_message *reply) {
        const std::uint64_t value = module.details.*member;
        return sd_bus_message_append_basic(reply, SD_BUS_TYPE_UINT64, &value);
    }
};

const sd_bus_vtable ModuleObjects::vtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD_WITH_ARGS("GetFileInfo", SD_BUS_NO_ARGS, SD_BUS_RESULT("a{sv}", info),
                            callback<on_file_info>, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_PROPERTY("Name", "s", callback<get<Values::name>>, 0, SD_BUS_VTABLE_PROPERTY_CONST),
    SD_BUS_PROPERTY("State", "s", callback<get<Values::state>>, 0,
                    SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Size", "t", callback<get<Values::number<&LoadedModule::bytes>>>, 0,
                    SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Uses", "as", callback<get<Values::texts<&LoadedModule::uses>>>, 0,
                    SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("UsedBy", "as", callback<get<Values::texts<&LoadedModule::used_by>>>, 0,
                    SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Version", "s", callback<get<Values::text<&LoadedModule::version>>>, 0,
                    SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("SourceVersion", "s", callback<get<Values::text<&LoadedModule::srcversion>>>, 0,
                    SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Taints", "s", callback<get<Values::text<&LoadedModule::taints>>>, 0,
                    SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Arguments", "s", callback<get<Values::arguments>>, 0,
                    SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Path", "s", callback<get<Values::path>>, 0,
                    SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("LoadedTimestampNSec", "t",
                    callback<get<Values::number<&LoadedModule::loaded_realtime_ns>>>, 0,
                    SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("InitDurationNSec", "t", callback<get<Values::number<&LoadedModule::init_ns>>>,
                    0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("LoadCount", "t", callback<get<Values::number<&LoadedModule::load_count>>>, 0,
                    SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_VTABLE_END};

int ModuleObjects::attach(sd_bus *bus) {
    sd_bus_slot *slot = nullptr;
    int error = sd_bus_add_fallback_vtable(bus, &slot, module_prefix, module_interface, vtable,
                                           callback<on_find>, this);
    if (error < 0)
        return error;
    vtable_slot_.reset(slot);
    error = sd_bus_add_node_enumerator(bus, &slot, module_prefix, callback<on_enumerate>, this);
    if (error < 0)
        return error;
    enumerator_slot_.reset(slot);
    return 0;
}

int ModuleObjects::append_all(sd_bus *bus, sd_bus_message *reply) {
    auto overview = source_.all_details();
    for (const auto &name : registry_.names()) {
        ModuleSnapshot module{this, name, {}, *registry_.find(name), std::move(overview[name])};
        if (int error = append_object(bus, reply, module_path(name).c_str(), module_interface,
                                      vtable, &module);
            error < 0)
            return error;
    }
    return 0;
}

int ModuleObjects::on_find(sd_bus *bus, const char *path, const char *, void *userdata,
                           void **found, sd_bus_error *) {
    auto &self = *static_cast<ModuleObjects *>(userdata);
    const auto &name = self.name_.of(path);
    const auto *known = name.empty() ? nullptr : self.registry_.find(name);
    if (!known)
        return 0;
    *found = &self.snapshot(bus, name, *known);
    return 1;
}

int ModuleObjects::on_enumerate(sd_bus *, const char *, void *userdata, char ***nodes,
                                sd_bus_error *) {
    auto &self = *static_cast<ModuleObjects *>(userdata);
    const auto names = self.registry_.names();
    std::vector<std::string> paths;
    std::ranges::transform(names, std::back_inserter(paths), module_path);
    return node_list(paths, nodes);
}

std::optional<LoopTurn> ModuleObjects::now(sd_bus *bus) const {
    std::uint64_t turn = 0;
    if (sd_event_get_iteration(sd_bus_get_event(bus), &turn) < 0)
        return std::nullopt;
    return LoopTurn{turn, dispatcher_.generation()};
}

ModuleObjects::ModuleSnapshot &ModuleObjects::snapshot(sd_bus *bus, const ModuleName &name,
                                                       const KnownModule &known) {
    const auto turn = now(bus);
    if (!turn || snapshot_.name != name || snapshot_.turn != turn)
        snapshot_ = {this, name, turn, known, source_.details(name).value_or(LoadedModule{})};
    return snapshot_;
}

int ModuleObjects::on_file_info(sd_bus_message *message, void *userdata, sd_bus_error *) {
    const auto &module = *static_cast<const ModuleSnapshot *>(userdata);
    auto &self = *module.owner;
    return answer_in_task(
        self.background_, self.callers_, message, false,
        [places = self.source_.places(), name = module.name] { return file_info(places, name); },
        append_first);
}

} // namespace mk::bus
