// SPDX-License-Identifier: GPL-2.0-only
#include "bus/job_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include "base/clock.hpp"
#include "base/text_file.hpp"
#include "bus/arguments.hpp"
#include "bus/bus_error.hpp"
#include "bus/callback.hpp"
#include "bus/object_path.hpp"
#include "bus/utf8.hpp"

namespace mk::bus {

namespace {

constexpr std::size_t overdue_max = 64;

// Time since boot, sleep included, in 1/256 s: no daemon starts that many jobs per second for long,
// so the next daemon begins with higher numbers. It wraps after half a year.
std::uint32_t ticks_since_boot() {
    return static_cast<std::uint32_t>(boottime_ns() / (ns_per_second / 256));
}

// A dependency was refused: the target was not even tried.
bool is_about_another(const JobOutcome &outcome) {
    const auto *refusal =
        outcome.failures.empty() ? nullptr : std::get_if<LoadRefusal>(&outcome.failures.front());
    return refusal && !refusal->target.starts_with('/') && refusal->module != refusal->target;
}

// As in JobRemoved.
const char *result_name(const JobTable::End &end, const JobOutcome &outcome) {
    if (end)
        return "done";
    switch (end.error().code) {
    case ErrorCode::Canceled:
        return "canceled";
    case ErrorCode::Timeout:
        return "timeout";
    default:
        break;
    }
    if (is_about_another(outcome))
        return "dependency";
    switch (end.error().code) {
    case ErrorCode::Blacklisted:
    case ErrorCode::ReplacedByCommand:
    case ErrorCode::DeniedByKernel:
    case ErrorCode::NotAuthorized:
        return "denied";
    default:
        return "failed";
    }
}

} // namespace

const char *verb_of(const JobRequest &request) {
    constexpr const char *verbs[] = {"load", "unload", "reload"};
    static_assert(std::size(verbs) == std::variant_size_v<JobRequest>);
    return verbs[request.index()];
}

std::vector<std::string> targets_of(const JobRequest &request) {
    if (const auto *load = std::get_if<LoadRequest>(&request))
        return load->targets;
    if (const auto *unload = std::get_if<UnloadRequest>(&request))
        return texts_of(unload->names);
    return {std::get<ReloadRequest>(request).name};
}

int JobTable::attach(Explain explain, Gaps gaps) {
    explain_ = std::move(explain);
    gaps_ = std::move(gaps);
    sd_bus_slot *slot = nullptr;
    int error = sd_bus_add_fallback_vtable(bus_, &slot, job_prefix, job_interface, vtable,
                                           callback<on_find>, this);
    if (error < 0)
        return error;
    vtable_slot_.reset(slot);
    error = sd_bus_add_node_enumerator(bus_, &slot, job_prefix, callback<on_enumerate>, this);
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

std::uint32_t JobTable::next_id() {
    const auto ticks = ticks_since_boot();
    const bool is_behind = static_cast<std::int32_t>(ticks - last_id_) > 0;
    last_id_ = last_id_ == 0 || is_behind ? ticks : last_id_ + 1;
    while (last_id_ == 0 || open_.contains(last_id_))
        ++last_id_;
    return last_id_;
}

Result<std::uint32_t> JobTable::start(JobRequest request, std::uint64_t timeout_us,
                                      const Caller &caller, Waiter waiter) {
    auto same = std::find_if(open_.begin(), open_.end(), [&](const auto &one) {
        return one.second.request == request && !one.second.is_canceling;
    });
    auto found = TRY(same == open_.end() ? begin(std::move(request), timeout_us, caller)
                                         : Result<Job *>(&same->second));
    auto &job = *found;
    job.askers.insert(caller.name);
    job.is_for_root = job.is_for_root && caller.uid == 0;
    job.waiters.push_back(std::move(waiter));
    return job.id;
}

Result<void> JobTable::check_room(const Caller &caller) const {
    std::size_t of_caller = 0;
    std::size_t of_account = 0;
    std::size_t of_others = 0;
    for (const auto &[id, job] : open_) {
        of_caller += job.caller.name == caller.name ? 1 : 0;
        of_account += job.caller.account == caller.account ? 1 : 0;
        of_others += job.caller.uid == 0 ? 0 : 1;
    }
    if (of_caller >= caller_max)
        return Error{ErrorCode::Failed, fmt::format("{} jobs of this caller are waiting or running "
                                                    "already; wait for one of them to end",
                                                    of_caller)};
    if (caller.uid != 0 && (of_account >= account_max || of_others >= others_max))
        return Error{
            ErrorCode::Failed,
            fmt::format("{} jobs are waiting or running already, {} of this user; try again later",
                        open_.size(), of_account)};
    return {};
}

Result<JobTable::Job *> JobTable::begin(JobRequest request, std::uint64_t timeout_us,
                                        const Caller &caller) {
    TRY(check_room(caller));
    const auto id = next_id();
    auto &job = open_[id];
    job.id = id;
    job.request = request;
    job.caller = caller;
    job.started_ns = clock_ns(CLOCK_REALTIME);
    job.gaps = gaps_();
    job.handle = jobs_.start(
        std::move(request), caller.identity(), timeout_us,
        {[this, id](const auto &step) { progress(id, step); },
         [this, id](auto outcome, pid_t worker) { end(id, std::move(outcome), worker); }});
    tell_begun(job);
    return &job;
}

void JobTable::tell_begun(const Job &job) {
    const auto targets = targets_of(job.request);
    if (begun_)
        begun_({job.id, job.caller.identity()}, verb_of(job.request), targets);
    sd_bus_emit_object_added(bus_, path(job.id).c_str());
    sd_bus_message *raw = nullptr;
    if (sd_bus_message_new_signal(bus_, &raw, root_path, manager_interface, "JobNew") < 0)
        return;
    const Message signal(raw);
    if (sd_bus_message_append(raw, "uos", job.id, path(job.id).c_str(), verb_of(job.request)) >=
            0 &&
        append_strings(raw, targets) >= 0 &&
        sd_bus_message_append(raw, "s", job.caller.name.c_str()) >= 0)
        sd_bus_send(bus_, raw, nullptr);
}

std::optional<JobOrigin> JobTable::origin_of(pid_t worker) const {
    const auto handle = jobs_.job_of(worker);
    if (handle == 0)
        return std::nullopt;
    for (const auto &[id, job] : open_)
        if (job.handle == handle)
            return JobOrigin{id, job.caller.identity()};
    for (const auto &one : overdue_)
        if (one.handle == handle)
            return one.origin;
    return std::nullopt;
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
    if (sd_event_add_time(event, &source, CLOCK_MONOTONIC, now + tell_us, 0, callback<on_time>,
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

void JobTable::end(std::uint32_t id, JobOutcome outcome, pid_t worker) {
    const auto &asked = open_.at(id);
    auto explained = explain_({id, asked.request, asked.gaps, asked.is_for_root}, outcome, worker);
    const auto *result = result_name(explained.end, outcome);
    sd_bus_emit_object_removed(bus_, path(id).c_str());
    const auto ended = open_.extract(id);
    const auto &job = ended.mapped();
    if (!explained.end && explained.end.error().code == ErrorCode::Timeout) {
        overdue_.push_back({job.handle, {id, job.caller.identity()}});
        if (overdue_.size() > overdue_max)
            overdue_.pop_front();
    }
    // The caller may look for the job after the answer: it is gone then, and everybody has been
    // informed.
    tell_end(job, explained, result);
    for (const auto &waiter : job.waiters)
        waiter(explained.end);
}

void JobTable::tell_end(const Job &job, const Explained &explained, const char *result) {
    const Error *failure = explained.end ? nullptr : &explained.end.error();
    const std::string error = failure ? std::string(error_name(failure->code)) : "";
    // Callers get all of it, whether they wait or not.
    for (const auto &asker : job.askers) {
        sd_bus_message *raw = nullptr;
        if (sd_bus_message_new_signal(bus_, &raw, path(job.id).c_str(), job_interface, "Finished") <
            0)
            continue;
        const Message signal(raw);
        if (sd_bus_message_append(raw, "sss", result, error.c_str(),
                                  failure ? utf8(failure->message).c_str() : "") >= 0 &&
            append_facts(raw, failure ? failure->facts : ErrorFacts{}) >= 0)
            sd_bus_send_to(bus_, raw, asker.c_str(), nullptr);
    }
    sd_bus_message *raw = nullptr;
    if (sd_bus_message_new_signal(bus_, &raw, root_path, manager_interface, "JobRemoved") < 0)
        return;
    const Message signal(raw);
    if (sd_bus_message_append(raw, "uo", job.id, path(job.id).c_str()) >= 0 &&
        append_strings(raw, targets_of(job.request)) >= 0 &&
        sd_bus_message_append(raw, "sss", result, error.c_str(), utf8(explained.told).c_str()) >= 0)
        sd_bus_send(bus_, raw, nullptr);
}

} // namespace mk::bus
