// SPDX-License-Identifier: GPL-2.0-only
// D-Bus objects of the table's jobs: properties, caller, and Cancel.
#include <fmt/format.h>

#include <cerrno>
#include <string_view>

#include "bus/arguments.hpp"
#include "bus/bus_error.hpp"
#include "bus/callback.hpp"
#include "bus/job_table.hpp"
#include "bus/managed_objects.hpp"
#include "bus/node_list.hpp"
#include "bus/object_path.hpp"
#include "bus/question.hpp"
#include "bus/utf8.hpp"

namespace mk::bus {

namespace {

int append_caller(sd_bus_message *reply, const JobCaller &caller) {
    int error = sd_bus_message_open_container(reply, SD_BUS_TYPE_ARRAY, "{sv}");
    if (error >= 0)
        error = sd_bus_message_append(reply, "{sv}{sv}{sv}{sv}", "name", "s", caller.name.c_str(),
                                      "uid", "u", caller.uid, "pid", "u",
                                      static_cast<std::uint32_t>(caller.pid), "comm", "s",
                                      utf8(caller.comm).c_str());
    if (error >= 0 && !caller.cgroup.empty())
        error = sd_bus_message_append(reply, "{sv}", "cgroup", "s", utf8(caller.cgroup).c_str());
    if (error >= 0 && caller.login_uid)
        error = sd_bus_message_append(reply, "{sv}", "loginuid", "u", *caller.login_uid);
    return error < 0 ? error : sd_bus_message_close_container(reply);
}

Error already_canceled(std::uint32_t id) {
    return {ErrorCode::Canceled, fmt::format("job {} is being canceled already: it ends when the "
                                             "kernel has finished with its current module",
                                             id)};
}

int reply_caller(sd_bus_message *call, const JobCaller &caller) {
    sd_bus_message *raw = nullptr;
    if (int error = sd_bus_message_new_method_return(call, &raw); error < 0)
        return error;
    const Message reply(raw);
    const int error = append_caller(raw, caller);
    return error < 0 ? error : sd_bus_send(nullptr, raw, nullptr);
}

} // namespace

const sd_bus_vtable JobTable::vtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD_WITH_ARGS("Cancel", SD_BUS_ARGS("a{sv}", options), SD_BUS_NO_RESULT,
                            callback<on_cancel>, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("GetCaller", SD_BUS_NO_ARGS, SD_BUS_RESULT("a{sv}", caller),
                            callback<on_get_caller>, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_SIGNAL_WITH_ARGS("Finished",
                            SD_BUS_ARGS("s", result, "s", error, "s", message, "a{sv}", facts), 0),
    SD_BUS_PROPERTY("Id", "u", callback<get_property>, 0, SD_BUS_VTABLE_PROPERTY_CONST),
    SD_BUS_PROPERTY("Verb", "s", callback<get_property>, 0, SD_BUS_VTABLE_PROPERTY_CONST),
    SD_BUS_PROPERTY("Targets", "as", callback<get_property>, 0, SD_BUS_VTABLE_PROPERTY_CONST),
    SD_BUS_PROPERTY("Caller", "s", callback<get_property>, 0, SD_BUS_VTABLE_PROPERTY_CONST),
    SD_BUS_PROPERTY("StartedTimestampNSec", "t", callback<get_property>, 0,
                    SD_BUS_VTABLE_PROPERTY_CONST),
    SD_BUS_PROPERTY("State", "s", callback<get_property>, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Planned", "u", callback<get_property>, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Ended", "u", callback<get_property>, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Current", "as", callback<get_property>, 0,
                    SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_VTABLE_END};

int JobTable::on_find(sd_bus *, const char *path, const char *, void *userdata, void **found,
                      sd_bus_error *) {
    auto &self = *static_cast<JobTable *>(userdata);
    if (!self.find(path))
        return 0;
    *found = &self;
    return 1;
}

int JobTable::on_enumerate(sd_bus *, const char *, void *userdata, char ***nodes, sd_bus_error *) {
    std::vector<std::string> paths;
    for (const auto &[id, job] : static_cast<JobTable *>(userdata)->open_)
        paths.push_back(path(id));
    return node_list(paths, nodes);
}

int JobTable::append_all(sd_bus_message *reply) {
    int error = 0;
    for (const auto &[id, job] : open_)
        if (error >= 0)
            error = append_object(bus_, reply, path(id).c_str(), job_interface, vtable, this);
    return error;
}

int JobTable::on_cancel(sd_bus_message *call, void *userdata, sd_bus_error *error) {
    auto &self = *static_cast<JobTable *>(userdata);
    if (auto options = read_options(call, "Cancel", {}); !options)
        return set_error(error, options.error());
    const auto *job = self.find(sd_bus_message_get_path(call));
    if (!job)
        return 0;
    if (job->is_canceling)
        return set_error(error, already_canceled(job->id));
    const char *sender = sd_bus_message_get_sender(call);
    if (sender && job->caller.name == sender) {
        self.cancel(keep(call), job->id);
        return 1;
    }
    self.polkit_.ask(call, cancel_question_of(job->request),
                     [&self, call = keep(call), id = job->id] { self.cancel(call, id); });
    return 1;
}

void JobTable::cancel(const std::shared_ptr<sd_bus_message> &call, std::uint32_t id) {
    auto found = open_.find(id);
    if (found == open_.end())
        return reply_error(call.get(),
                           {ErrorCode::NotFound, fmt::format("job {} has ended already", id)});
    auto &job = found->second;
    if (job.is_canceling)
        return reply_error(call.get(), already_canceled(id));
    job.is_canceling = true;
    jobs_.cancel(job.handle);
    sd_bus_emit_properties_changed(bus_, path(id).c_str(), job_interface, "State", nullptr);
    sd_bus_reply_method_return(call.get(), "");
}

int JobTable::on_get_caller(sd_bus_message *call, void *userdata, sd_bus_error *error) {
    auto &self = *static_cast<JobTable *>(userdata);
    const auto *job = self.find(sd_bus_message_get_path(call));
    if (!job)
        return 0;
    const auto *asking = self.callers_.find(call);
    if (!asking)
        return set_error(error, {ErrorCode::NotAuthorized, "the bus does not identify the caller"});
    if (asking->uid == 0 || asking->uid == job->caller.uid)
        return reply_caller(call, job->caller);
    // Who did what is in the record too, for the same people.
    self.polkit_.ask(call, question_of(driver::EventFilter{}),
                     [call = keep(call), caller = job->caller] {
                         if (const int failed = reply_caller(call.get(), caller); failed < 0)
                             sd_bus_reply_method_errno(call.get(), failed, nullptr);
                     });
    return 1;
}

int JobTable::get_property(sd_bus *, const char *path, const char *, const char *property,
                           sd_bus_message *reply, void *userdata, sd_bus_error *) {
    const auto *job = static_cast<JobTable *>(userdata)->find(path);
    if (!job)
        return -ENOENT;
    std::string_view name = property;
    if (name == "Id")
        return sd_bus_message_append(reply, "u", job->id);
    if (name == "Verb")
        return sd_bus_message_append(reply, "s", verb_of(job->request));
    if (name == "Targets")
        return append_strings(reply, targets_of(job->request));
    if (name == "Caller")
        return sd_bus_message_append(reply, "s", job->caller.name.c_str());
    if (name == "StartedTimestampNSec")
        return sd_bus_message_append(reply, "t", job->started_ns);
    if (name == "State")
        return sd_bus_message_append(reply, "s",
                                     job->is_canceling ? "canceling"
                                     : job->is_running ? "running"
                                                       : "waiting");
    if (name == "Planned")
        return sd_bus_message_append(reply, "u", job->planned);
    if (name == "Ended")
        return sd_bus_message_append(reply, "u", job->ended);
    return append_strings(reply, ModuleNames(job->in_kernel.begin(), job->in_kernel.end()));
}

} // namespace mk::bus
