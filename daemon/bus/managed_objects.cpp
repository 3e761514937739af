// SPDX-License-Identifier: GPL-2.0-only
#include "bus/managed_objects.hpp"

#include "bus/callback.hpp"
#include "bus/object_path.hpp"

namespace mk::bus {

namespace {

int append_property(sd_bus *bus, sd_bus_message *reply, const char *path, const char *interface,
                    const sd_bus_vtable &entry, void *userdata) {
    const auto &property = entry.x.property;
    int error = sd_bus_message_open_container(reply, SD_BUS_TYPE_DICT_ENTRY, "sv");
    if (error >= 0)
        error = sd_bus_message_append_basic(reply, SD_BUS_TYPE_STRING, property.member);
    if (error >= 0)
        error = sd_bus_message_open_container(reply, SD_BUS_TYPE_VARIANT, property.signature);
    if (error >= 0)
        error = property.get(bus, path, interface, property.member, reply, userdata, nullptr);
    if (error >= 0)
        error = sd_bus_message_close_container(reply);
    return error < 0 ? error : sd_bus_message_close_container(reply);
}

} // namespace

int append_object(sd_bus *bus, sd_bus_message *reply, const char *path, const char *interface,
                  const sd_bus_vtable *vtable, void *userdata) {
    int error = sd_bus_message_open_container(reply, SD_BUS_TYPE_DICT_ENTRY, "oa{sa{sv}}");
    if (error >= 0)
        error = sd_bus_message_append_basic(reply, SD_BUS_TYPE_OBJECT_PATH, path);
    if (error >= 0)
        error = sd_bus_message_open_container(reply, SD_BUS_TYPE_ARRAY, "{sa{sv}}");
    if (error >= 0)
        error = sd_bus_message_open_container(reply, SD_BUS_TYPE_DICT_ENTRY, "sa{sv}");
    if (error >= 0)
        error = sd_bus_message_append_basic(reply, SD_BUS_TYPE_STRING, interface);
    if (error >= 0)
        error = sd_bus_message_open_container(reply, SD_BUS_TYPE_ARRAY, "{sv}");
    for (const auto *entry = vtable; entry->type != _SD_BUS_VTABLE_END; ++entry)
        if (entry->type == _SD_BUS_VTABLE_PROPERTY && error >= 0)
            error = append_property(bus, reply, path, interface, *entry, userdata);
    for (int containers = 4; containers > 0; --containers)
        if (error >= 0)
            error = sd_bus_message_close_container(reply);
    return error;
}

int ManagedObjects::attach(sd_bus *bus) {
    sd_bus_slot *slot = nullptr;
    int error = sd_bus_add_object_manager(bus, &slot, root_path);
    manager_slot_.reset(slot);
    if (error >= 0)
        error = sd_bus_add_object(bus, &slot, root_path, callback<on_call>, this);
    if (error >= 0)
        slot_.reset(slot);
    return error;
}

// Sees all calls of this object before sd-bus does.
int ManagedObjects::on_call(sd_bus_message *call, void *userdata, sd_bus_error *) {
    if (sd_bus_message_is_method_call(call, "org.freedesktop.DBus.ObjectManager",
                                      "GetManagedObjects") <= 0 ||
        sd_bus_message_has_signature(call, "") <= 0)
        return 0;
    sd_bus_message *raw = nullptr;
    int error = sd_bus_message_new_method_return(call, &raw);
    const Message reply(raw);
    if (error >= 0)
        error = sd_bus_message_open_container(raw, SD_BUS_TYPE_ARRAY, "{oa{sa{sv}}}");
    for (const auto &append : static_cast<ManagedObjects *>(userdata)->kinds_)
        if (error >= 0)
            error = append(raw);
    if (error >= 0)
        error = sd_bus_message_close_container(raw);
    return error < 0 ? error : sd_bus_send(nullptr, raw, nullptr);
}

} // namespace mk::bus
