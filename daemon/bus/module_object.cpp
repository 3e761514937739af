// SPDX-License-Identifier: GPL-2.0-only
#include "bus/module_object.hpp"

#include <algorithm>

#include "bus/node_list.hpp"
#include "bus/object_path.hpp"
#include "bus/utf8.hpp"

namespace mk::bus {

namespace {

int append_text(sd_bus_message *reply, const std::string &text) {
    return sd_bus_message_append(reply, "s", utf8(text).c_str());
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
    auto name = module_of_path(path);
    if (name.empty() || !self.inventory_.find(name))
        return 0;
    *found = &self;
    return 1;
}

int ModuleObjects::on_enumerate(sd_bus *, const char *, void *userdata, char ***nodes,
                                sd_bus_error *) {
    auto paths = static_cast<ModuleObjects *>(userdata)->inventory_.names();
    std::transform(paths.begin(), paths.end(), paths.begin(), module_path);
    return node_list(paths, nodes);
}

ModuleGlimpse &ModuleObjects::glimpse(sd_bus *bus, const std::string &name) {
    std::uint64_t turn = 0;
    bool known_turn = sd_event_get_iteration(sd_bus_get_event(bus), &turn) >= 0;
    if (glimpse_ && known_turn && glimpse_->name == name && glimpse_->turn == turn &&
        glimpse_->generation == feed_.generation())
        return *glimpse_;
    glimpse_.emplace();
    glimpse_->name = name;
    glimpse_->turn = turn;
    glimpse_->generation = feed_.generation();
    if (auto details = source_.details(name))
        glimpse_->details = std::move(*details);
    return *glimpse_;
}

const FileDetails &ModuleObjects::file(sd_bus *bus, const std::string &name) {
    auto &glimpse = this->glimpse(bus, name);
    if (!glimpse.file) {
        const auto *known = inventory_.find(name);
        glimpse.file = source_.file(name, known ? known->path : "");
    }
    return *glimpse.file;
}

int ModuleObjects::append_parameters(sd_bus *bus, const std::string &name, sd_bus_message *reply) {
    int error = sd_bus_message_open_container(reply, SD_BUS_TYPE_ARRAY, "(sss)");
    for (const auto &one : source_.parameters(name, file(bus, name)))
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
        return append_text(reply, known ? known->arguments : "");
    if (property == "Description")
        return append_text(reply, file(bus, name).description);
    if (property == "License")
        return append_text(reply, file(bus, name).license);
    if (property == "Path")
        return append_text(reply, file(bus, name).path);
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
    return static_cast<ModuleObjects *>(userdata)->append(bus, module_of_path(path), property,
                                                          reply);
}

} // namespace mk::bus
