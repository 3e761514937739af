// SPDX-License-Identifier: GPL-2.0-only
// Vtable of the manager, and the methods that answer at once.
#include "bus/manager_object.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <string_view>

#include "base/module_name.hpp"
#include "bus/arguments.hpp"
#include "bus/bus_error.hpp"
#include "bus/callback.hpp"
#include "bus/object_path.hpp"
#include "bus/utf8.hpp"
#include "system/kernel_state.hpp"

namespace mk::bus {

namespace {

int append_module(sd_bus_message *reply, const LoadedModule &module) {
    int error = sd_bus_message_open_container(reply, SD_BUS_TYPE_ARRAY, "{sv}");
    if (error >= 0)
        error = sd_bus_message_append(
            reply, "{sv}{sv}{sv}{sv}{sv}", "name", "s", utf8(module.name).c_str(), "state", "s",
            state_name(module.state), "size", "t", module.bytes, "references", "u",
            module.references, "object", "o", module_path(module.name).c_str());
    if (error >= 0)
        error = append_entry(reply, "used_by", texts_of(module.used_by));
    return error < 0 ? error : sd_bus_message_close_container(reply);
}

} // namespace

// Everybody may call: methods that change something ask polkit themselves.
const sd_bus_vtable ManagerObject::vtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD_WITH_ARGS("Load", SD_BUS_ARGS("s", name, "as", parameters, "a{sv}", options),
                            SD_BUS_RESULT("o", module), callback<on_load>,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("Unload", SD_BUS_ARGS("s", name, "a{sv}", options), SD_BUS_NO_RESULT,
                            callback<on_unload>, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("LoadAll", SD_BUS_ARGS("as", names, "a{sv}", options),
                            SD_BUS_RESULT("as", modules), callback<on_load_all>,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("UnloadAll", SD_BUS_ARGS("as", names, "a{sv}", options),
                            SD_BUS_RESULT("as", modules), callback<on_unload_all>,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("Reload", SD_BUS_ARGS("s", name, "as", parameters, "a{sv}", options),
                            SD_BUS_RESULT("o", module), callback<on_reload>,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS(
        "StartJob", SD_BUS_ARGS("s", verb, "as", names, "as", parameters, "a{sv}", options),
        SD_BUS_RESULT("o", job), callback<on_start_job>, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("Plan", SD_BUS_ARGS("as", names, "as", parameters, "a{sv}", options),
                            SD_BUS_RESULT("aa{sv}", steps), callback<on_plan>,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("Examine", SD_BUS_NO_ARGS, SD_BUS_RESULT("aa{sv}", findings),
                            callback<on_examine>, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("Holders", SD_BUS_ARGS("s", name, "a{sv}", options),
                            SD_BUS_RESULT("a{sv}", holders), callback<on_holders>,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("PreviewUnload", SD_BUS_ARGS("as", names, "a{sv}", options),
                            SD_BUS_RESULT("aa{sv}", modules), callback<on_preview>,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("ListModules", SD_BUS_NO_ARGS, SD_BUS_RESULT("aa{sv}", modules),
                            callback<on_list>, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("GetModule", SD_BUS_ARGS("s", name), SD_BUS_RESULT("o", module),
                            callback<on_get>, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_SIGNAL_WITH_ARGS("ModuleLoaded", SD_BUS_ARGS("s", name, "o", module, "t", sequence), 0),
    SD_BUS_SIGNAL_WITH_ARGS("ModuleUnloaded", SD_BUS_ARGS("s", name, "o", module, "t", sequence),
                            0),
    SD_BUS_SIGNAL_WITH_ARGS(
        "ModuleFailed", SD_BUS_ARGS("s", name, "s", error, "s", reason, "t", sequence, "u", job),
        0),
    SD_BUS_SIGNAL_WITH_ARGS(
        "JobNew", SD_BUS_ARGS("u", id, "o", job, "s", verb, "as", targets, "s", caller), 0),
    SD_BUS_SIGNAL_WITH_ARGS(
        "JobRemoved",
        SD_BUS_ARGS("u", id, "o", job, "as", targets, "s", result, "s", error, "s", message), 0),
    SD_BUS_PROPERTY("Version", "s", callback<get_property>, 0, SD_BUS_VTABLE_PROPERTY_CONST),
    SD_BUS_PROPERTY("KernelRelease", "s", callback<get_property>, 0, SD_BUS_VTABLE_PROPERTY_CONST),
    SD_BUS_PROPERTY("DriverState", "s", callback<get_property>, 0,
                    SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("DriverVersion", "s", callback<get_property>, 0,
                    SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("DriverMessage", "s", callback<get_property>, 0,
                    SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("EventSource", "s", callback<get_property>, 0,
                    SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_VTABLE_END};

ManagerObject::ManagerObject(sd_bus *bus, Parts parts)
    : parts_(std::move(parts)), jobs_(bus, parts_.jobs, parts_.polkit, parts_.callers),
      release_(KernelState::read().release) {}

int ManagerObject::attach(sd_bus *bus) {
    sd_bus_slot *slot = nullptr;
    int error = sd_bus_add_object_vtable(bus, &slot, root_path, manager_interface, vtable, this);
    slot_.reset(slot);
    if (error < 0)
        return error;
    return jobs_.attach([this](const auto &job, auto &outcome,
                               pid_t worker) { return end_job(job, outcome, worker); },
                        [this] { return parts_.dispatcher.gaps(); });
}

int ManagerObject::get_property(sd_bus *, const char *, const char *, const char *property,
                                sd_bus_message *reply, void *userdata, sd_bus_error *) {
    const auto &self = *static_cast<ManagerObject *>(userdata);
    const auto &driver = self.parts_.driver;
    std::string_view name = property;
    const char *value = MODKEEPER_VERSION;
    if (name == "KernelRelease")
        value = self.release_.c_str();
    else if (name == "DriverState")
        value = driver.state.c_str();
    else if (name == "DriverVersion")
        value = driver.version.c_str();
    else if (name == "DriverMessage")
        value = driver.message.c_str();
    else if (name == "EventSource")
        value = driver.event_source.c_str();
    return sd_bus_message_append(reply, "s", value);
}

int ManagerObject::on_list(sd_bus_message *call, void *userdata, sd_bus_error *) {
    auto &parts = static_cast<ManagerObject *>(userdata)->parts_;
    parts.catch_up();
    sd_bus_message *raw = nullptr;
    if (int error = sd_bus_message_new_method_return(call, &raw); error < 0)
        return error;
    Message reply(raw);
    int error = sd_bus_message_open_container(raw, SD_BUS_TYPE_ARRAY, "a{sv}");
    for (const auto &module : parts.source.list())
        if (error >= 0)
            error = append_module(raw, module);
    if (error >= 0)
        error = sd_bus_message_close_container(raw);
    return error < 0 ? error : sd_bus_send(nullptr, raw, nullptr);
}

int ManagerObject::on_get(sd_bus_message *call, void *userdata, sd_bus_error *error) {
    auto &parts = static_cast<ManagerObject *>(userdata)->parts_;
    auto given = read_string(call);
    if (!given)
        return set_error(error, given.error());
    const auto checked = ModuleName::checked(given.value());
    if (!checked)
        return set_error(error, checked.error());
    parts.catch_up();
    const auto &name = checked.value();
    if (parts.registry.find(name))
        return sd_bus_reply_method_return(call, "o", module_path(name).c_str());
    if (parts.source.loaded().state(name) == LoadState::BuiltIn)
        return refuse(call,
                      {ErrorCode::BuiltIn,
                       fmt::format("module {} is built into the kernel: it has no object", name),
                       {.module = name}});
    return refuse(
        call,
        {ErrorCode::NotLoaded, fmt::format("module {} is not loaded", name), {.module = name}});
}

} // namespace mk::bus
