// SPDX-License-Identifier: GPL-2.0-only
#include "bus/module_object.hpp"

#include <algorithm>

#include "bus/node_list.hpp"
#include "bus/utf8.hpp"

namespace mk::bus {

namespace {

int append_text(sd_bus_message *reply, const std::string &text) {
    return sd_bus_message_append_basic(reply, SD_BUS_TYPE_STRING, utf8(text).c_str());
}

} // namespace

const sd_bus_vtable ModuleObjects::vtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_PROPERTY("Name", "s", get_property, 0, SD_BUS_VTABLE_PROPERTY_CONST),
    SD_BUS_PROPERTY("State", "s", get_property, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Size", "t", get_property, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("ReferenceCount", "u", get_property, 0, 0),
    SD_BUS_PROPERTY("Uses", "as", get_property, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("UsedBy", "as", get_property, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Version", "s", get_property, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("SourceVersion", "s", get_property, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Taints", "s", get_property, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Arguments", "s", get_property, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Parameters", "a(sss)", get_property, 0,
                    SD_BUS_VTABLE_PROPERTY_EMITS_INVALIDATION),
    SD_BUS_PROPERTY("LoadedTimestamp", "t", get_property, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("InitDuration", "t", get_property, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("LoadCount", "t", get_property, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Description", "s", get_property, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("License", "s", get_property, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Path", "s", get_property, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_VTABLE_END};

int ModuleObjects::attach(sd_bus *bus) {
    sd_bus_slot *slot = nullptr;
    int error = sd_bus_add_object_manager(bus, &slot, root_path);
    manager_slot_.reset(slot);
    if (error < 0)
        return error;
    error = sd_bus_add_fallback_vtable(bus, &slot, module_prefix, module_interface, vtable, on_find,
                                       this);
    if (error < 0)
        return error;
    vtable_slot_.reset(slot);
    error = sd_bus_add_node_enumerator(bus, &slot, module_prefix, on_enumerate, this);
    if (error < 0)
        return error;
    enumerator_slot_.reset(slot);
    return 0;
}

int ModuleObjects::on_find(sd_bus *, const char *path, const char *, void *userdata, void **found,
                           sd_bus_error *) {
    auto &self = *static_cast<ModuleObjects *>(userdata);
    const auto &name = self.name_.of(path);
    if (name.empty() || !self.inventory_.find(name))
        return 0;
    *found = &self;
    return 1;
}

int ModuleObjects::on_enumerate(sd_bus *bus, const char *, void *userdata, char ***nodes,
                                sd_bus_error *) {
    auto &self = *static_cast<ModuleObjects *>(userdata);
    self.enumerated_ = self.now(bus);
    self.overview_.reset();
    auto paths = self.inventory_.names();
    std::transform(paths.begin(), paths.end(), paths.begin(), module_path);
    return node_list(paths, nodes);
}

std::optional<Moment> ModuleObjects::now(sd_bus *bus) const {
    std::uint64_t turn = 0;
    if (sd_event_get_iteration(sd_bus_get_event(bus), &turn) < 0)
        return std::nullopt;
    return Moment{turn, feed_.generation()};
}

ModuleDetails ModuleObjects::look(const std::string &name, const std::optional<Moment> &moment) {
    if (moment && moment == enumerated_) {
        if (!overview_)
            overview_ = source_.all_details();
        if (auto found = overview_->extract(name))
            return std::move(found.mapped());
    }
    return source_.details(name).value_or(ModuleDetails{});
}

ModuleGlimpse &ModuleObjects::glimpse(sd_bus *bus, const std::string &name) {
    const auto moment = now(bus);
    if (!glimpse_ || !moment || glimpse_->name != name || glimpse_->moment != moment)
        glimpse_ = ModuleGlimpse{name, moment, look(name, moment), {}};
    return *glimpse_;
}

const FileDetails &ModuleObjects::file(ModuleGlimpse &glimpse) {
    if (!glimpse.file) {
        const auto *known = inventory_.find(glimpse.name);
        glimpse.file = source_.file(glimpse.name, known ? known->path : "");
    }
    return *glimpse.file;
}

int ModuleObjects::append_parameters(sd_bus *bus, const std::string &name, sd_bus_message *reply) {
    int error = sd_bus_message_open_container(reply, SD_BUS_TYPE_ARRAY, "(sss)");
    auto &seen = glimpse(bus, name);
    for (const auto &one : source_.parameters(seen.details, file(seen)))
        if (error >= 0)
            error = sd_bus_message_append(reply, "(sss)", utf8(one.name).c_str(),
                                          utf8(one.type).c_str(), utf8(one.value).c_str());
    return error < 0 ? error : sd_bus_message_close_container(reply);
}

int ModuleObjects::append(sd_bus *bus, const std::string &name, const std::string &property,
                          sd_bus_message *reply) {
    const auto *known = inventory_.find(name);
    if (property == "Name")
        return append_text(reply, name);
    if (property == "State")
        return sd_bus_message_append(reply, "s", state_name(known ? known->state : State::Going));
    if (property == "Arguments")
        return append_text(reply, known ? source_.public_arguments(name, known->arguments) : "");
    if (property == "Description")
        return append_text(reply, file(glimpse(bus, name)).description);
    if (property == "License")
        return append_text(reply, file(glimpse(bus, name)).license);
    if (property == "Path")
        return append_text(reply, file(glimpse(bus, name)).path);
    if (property == "Parameters")
        return append_parameters(bus, name, reply);

    const auto &details = glimpse(bus, name).details;
    if (property == "Uses")
        return append_strings(reply, details.uses);
    if (property == "UsedBy")
        return append_strings(reply, details.used_by);
    if (property == "ReferenceCount")
        return sd_bus_message_append(reply, "u", details.references);
    if (property == "Version")
        return append_text(reply, details.version);
    if (property == "SourceVersion")
        return append_text(reply, details.srcversion);
    if (property == "Taints")
        return append_text(reply, details.taints);
    if (property == "Size")
        return sd_bus_message_append(reply, "t", details.bytes);
    if (property == "LoadedTimestamp")
        return sd_bus_message_append(reply, "t", details.loaded_us);
    if (property == "InitDuration")
        return sd_bus_message_append(reply, "t", details.init_ns);
    return sd_bus_message_append(reply, "t", details.load_count);
}

int ModuleObjects::get_property(sd_bus *bus, const char *path, const char *, const char *property,
                                sd_bus_message *reply, void *userdata, sd_bus_error *) {
    auto &self = *static_cast<ModuleObjects *>(userdata);
    return self.append(bus, self.name_.of(path), property, reply);
}

} // namespace mk::bus
