// SPDX-License-Identifier: GPL-2.0-only
#include "bus/job_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <ctime>
#include <string_view>
#include <utility>

#include "bus/arguments.hpp"
#include "bus/bus_error.hpp"
#include "bus/guarded.hpp"
#include "bus/node_list.hpp"
#include "bus/object_path.hpp"
#include "bus/utf8.hpp"
#include "engine/text_file.hpp"

namespace mk::bus {

namespace {

std::uint64_t now_us() {
    auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(since_epoch).count());
}

// As JobRemoved says it.
const char *result_name(const JobTable::End &end, const engine::JobOutcome &outcome) {
    if (end)
        return "done";
    switch (end.error().code) {
    case ErrorCode::Canceled:
        return "canceled";
    case ErrorCode::Timeout:
        return "timeout";
    case ErrorCode::DeniedByPolicy:
    case ErrorCode::DeniedByKernel:
    case ErrorCode::NotAuthorized:
        return "denied";
    default:
        break;
    }
    const auto *refusal = outcome.failures.empty()
                              ? nullptr
                              : std::get_if<engine::LoadRefusal>(&outcome.failures.front());
    bool by_other =
        refusal && !refusal->target.starts_with('/') && refusal->module != refusal->target;
    return by_other ? "dependency" : "failed";
}

} // namespace

const char *verb_of(const engine::JobRequest &request) {
    constexpr const char *verbs[] = {"load", "unload", "reload"};
    return verbs[request.index()];
}

std::vector<std::string> targets_of(const engine::JobRequest &request) {
    if (const auto *load = std::get_if<engine::LoadRequest>(&request))
        return load->targets;
    if (const auto *unload = std::get_if<engine::UnloadRequest>(&request))
        return unload->names;
    return {std::get<engine::ReloadRequest>(request).name};
}

const sd_bus_vtable JobTable::vtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD_WITH_ARGS("Cancel", SD_BUS_ARGS("a{sv}", options), SD_BUS_NO_RESULT,
                            guarded<on_cancel>, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_PROPERTY("Id", "u", get_property, 0, SD_BUS_VTABLE_PROPERTY_CONST),
    SD_BUS_PROPERTY("Verb", "s", get_property, 0, SD_BUS_VTABLE_PROPERTY_CONST),
    SD_BUS_PROPERTY("Targets", "as", get_property, 0, SD_BUS_VTABLE_PROPERTY_CONST),
    SD_BUS_PROPERTY("Caller", "s", get_property, 0, SD_BUS_VTABLE_PROPERTY_CONST),
    SD_BUS_PROPERTY("StartedTimestamp", "t", get_property, 0, SD_BUS_VTABLE_PROPERTY_CONST),
    SD_BUS_PROPERTY("State", "s", get_property, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Planned", "u", get_property, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Ended", "u", get_property, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Current", "as", get_property, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_VTABLE_END};

int JobTable::attach(Explain explain, Gaps gaps) {
    explain_ = std::move(explain);
    gaps_ = std::move(gaps);
    sd_bus_slot *slot = nullptr;
    int error = sd_bus_add_fallback_vtable(bus_, &slot, job_prefix, job_interface, vtable,
                                           guarded<on_find>, this);
    if (error < 0)
        return error;
    vtable_slot_.reset(slot);
    error = sd_bus_add_node_enumerator(bus_, &slot, job_prefix, guarded<on_enumerate>, this);
    if (error >= 0)
        enumerator_slot_.reset(slot);
    return error;
}

std::string JobTable::path(std::uint32_t id) {
    return fmt::format("{}/{}", job_prefix, id);
}

JobTable::Job *JobTable::find(const char *path) {
    std::string_view text(path);
    std::string_view prefix(job_prefix);
    if (!text.starts_with(prefix) || text.size() <= prefix.size() + 1)
        return nullptr;
    text.remove_prefix(prefix.size() + 1);
    std::uint32_t id = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    auto found = open_.find(id);
    if (error != std::errc{} || end != text.data() + text.size() || found == open_.end())
        return nullptr;
    return &found->second;
}

Result<std::uint32_t> JobTable::start(engine::JobRequest request, std::uint64_t timeout_us,
                                      const std::string &caller, Waiter waiter) {
    std::size_t of_caller = 0;
    for (auto &[id, job] : open_) {
        if (job.request == request) {
            job.waiters.push_back(std::move(waiter));
            return id;
        }
        of_caller += job.caller == caller;
    }
    if (of_caller >= caller_max)
        return Error{ErrorCode::Failed,
                     fmt::format("{} jobs of this caller wait or run already; wait for one of them",
                                 of_caller)};
    auto id = ++last_id_;
    auto &job = open_[id];
    job.id = id;
    job.request = request;
    job.caller = caller;
    job.waiters.push_back(std::move(waiter));
    job.started_us = now_us();
    job.gaps = gaps_();
    job.handle = jobs_.start(
        std::move(request), timeout_us,
        {[this, id](const auto &step) { progress(id, step); },
         [this, id](auto outcome, pid_t worker) { end(id, std::move(outcome), worker); }});
    sd_bus_emit_object_added(bus_, path(id).c_str());
    Message signal;
    sd_bus_message *raw = nullptr;
    if (sd_bus_message_new_signal(bus_, &raw, root_path, manager_interface, "JobNew") >= 0) {
        signal.reset(raw);
        if (sd_bus_message_append(raw, "uos", id, path(id).c_str(), verb_of(job.request)) >= 0 &&
            append_strings(raw, targets_of(job.request)) >= 0 &&
            sd_bus_message_append(raw, "s", caller.c_str()) >= 0)
            sd_bus_send(bus_, raw, nullptr);
    }
    return id;
}

void JobTable::progress(std::uint32_t id, const JobProgress &progress) {
    auto &job = open_.at(id);
    switch (progress.kind) {
    case JobProgress::Kind::Running:
        job.is_running = true;
        sd_bus_emit_properties_changed(bus_, path(id).c_str(), job_interface, "State", nullptr);
        return;
    case JobProgress::Kind::Planned:
        job.planned = progress.modules;
        break;
    case JobProgress::Kind::Started:
        job.in_kernel.insert(progress.module);
        break;
    case JobProgress::Kind::Ended:
        job.in_kernel.erase(progress.module);
        ++job.ended;
        break;
    }
    job.is_told = false;
    tell_soon();
}

void JobTable::tell_soon() {
    if (timer_)
        return;
    auto *event = sd_bus_get_event(bus_);
    sd_event_source *source = nullptr;
    std::uint64_t now = 0;
    sd_event_now(event, CLOCK_MONOTONIC, &now);
    if (sd_event_add_time(event, &source, CLOCK_MONOTONIC, now + tell_us, 0, guarded<on_time>,
                          this) >= 0)
        timer_.reset(source);
}

int JobTable::on_time(sd_event_source *, std::uint64_t, void *userdata) {
    auto &self = *static_cast<JobTable *>(userdata);
    self.timer_.reset();
    for (auto &[id, job] : self.open_)
        if (!std::exchange(job.is_told, true))
            sd_bus_emit_properties_changed(self.bus_, path(id).c_str(), job_interface, "Planned",
                                           "Ended", "Current", nullptr);
    return 0;
}

void JobTable::end(std::uint32_t id, engine::JobOutcome outcome, pid_t worker) {
    auto &job = open_.at(id);
    auto end = explain_(job.request, outcome, worker, job.gaps);
    auto targets = targets_of(job.request);
    auto waiters = std::move(job.waiters);
    sd_bus_emit_object_removed(bus_, path(id).c_str());
    open_.erase(id);
    // Whoever got the answer may look for the job: it is gone then, and everybody was told.
    sd_bus_emit_signal(bus_, root_path, manager_interface, "JobRemoved", "uoss", id,
                       path(id).c_str(), utf8(engine::join(targets, " ")).c_str(),
                       result_name(end, outcome));
    for (const auto &waiter : waiters)
        waiter(end);
}

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

int JobTable::on_cancel(sd_bus_message *call, void *userdata, sd_bus_error *error) {
    auto &self = *static_cast<JobTable *>(userdata);
    if (auto options = read_options(call, "Cancel", {}); !options)
        return set_error(error, options.error());
    const auto *job = self.find(sd_bus_message_get_path(call));
    if (!job)
        return 0;
    const char *sender = sd_bus_message_get_sender(call);
    if (sender && job->caller == sender) {
        self.cancel(keep(call), job->id);
        return 1;
    }
    self.authority_.ask(call, cancel_question_of(job->request),
                        [&self, call = keep(call), id = job->id] { self.cancel(call, id); });
    return 1;
}

// One that has ended meanwhile needs no cancel.
void JobTable::cancel(const std::shared_ptr<sd_bus_message> &call, std::uint32_t id) {
    if (auto job = open_.find(id); job != open_.end())
        jobs_.cancel(job->second.handle);
    sd_bus_reply_method_return(call.get(), "");
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
        return sd_bus_message_append(reply, "s", job->caller.c_str());
    if (name == "StartedTimestamp")
        return sd_bus_message_append(reply, "t", job->started_us);
    if (name == "State")
        return sd_bus_message_append(reply, "s", job->is_running ? "running" : "waiting");
    if (name == "Planned")
        return sd_bus_message_append(reply, "u", job->planned);
    if (name == "Ended")
        return sd_bus_message_append(reply, "u", job->ended);
    return append_strings(reply, {job->in_kernel.begin(), job->in_kernel.end()});
}

} // namespace mk::bus
