// SPDX-License-Identifier: GPL-2.0-only
#include "service/job_queue.hpp"

#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <iterator>

#include "base/module_name.hpp"
#include "base/text_file.hpp"
#include "bus/callback.hpp"
#include "driver_client/device.hpp"
#include "elf/modinfo_section.hpp"
#include "service/module_locks.hpp"

namespace mk::service {

namespace {

// Each worker tells the driver for whom it works. One that hangs keeps its place there, too.
static_assert(JobQueue::usual.running <= driver::clients_max / 2);

std::string words_of(const std::set<ModuleName> &modules) {
    constexpr std::ptrdiff_t few = 5;
    auto count = static_cast<std::ptrdiff_t>(modules.size());
    ModuleNames some(modules.begin(), std::next(modules.begin(), std::min(few, count)));
    return join(some) + (count > few ? fmt::format(" and {} more", count - few) : "");
}

bool meet(const std::set<ModuleName> &one, const std::set<ModuleName> &other) {
    return std::any_of(one.begin(), one.end(),
                       [&](const auto &module) { return other.contains(module); });
}

JobOutcome failed(Error error) {
    JobOutcome outcome;
    outcome.failures.emplace_back(std::move(error));
    return outcome;
}

// Files may hold modules of other names than theirs. The daemon does not open them: that may take
// long.
ModuleNames names_of_files(const JobRequest &request) {
    ModuleNames names;
    if (const auto *load = std::get_if<LoadRequest>(&request))
        for (const auto &target : load->targets)
            if (is_path(target))
                names.push_back(module_name_of(target));
    return names;
}

} // namespace

bus::ModuleJobs::Handle JobQueue::start(JobRequest request, const JobCaller &client,
                                        std::uint64_t timeout_us, Observer observer) {
    Job job;
    job.handle = ++last_;
    job.modules = scope_(request);
    job.request = std::move(request);
    job.client = client;
    job.timeout_us = timeout_us;
    job.observer = std::move(observer);
    if (waiting_.size() >= limits_.waiting)
        job.refused =
            Error{ErrorCode::Failed,
                  fmt::format("{} was not started: {} jobs are waiting already; try again later",
                              words_of(job.modules), waiting_.size())};
    waiting_.push_back(std::move(job));
    wake();
    return last_;
}

void JobQueue::cancel(Handle job) {
    for (auto &running : running_)
        if (running.job.handle == job)
            running.worker->cancel();
    for (auto &waiting : waiting_)
        if (waiting.handle == job && !waiting.refused)
            waiting.refused = Error{ErrorCode::Canceled,
                                    fmt::format("the job for {} was canceled before it began",
                                                words_of(waiting.modules))};
    wake();
}

bus::ModuleJobs::Handle JobQueue::job_of(pid_t process) const {
    const auto found = std::find_if(running_.begin(), running_.end(), [&](const auto &one) {
        return one.worker->process() == process;
    });
    return found == running_.end() ? 0 : found->job.handle;
}

bool JobQueue::is_worker(pid_t process) const {
    return std::any_of(running_.begin(), running_.end(), [&](const auto &one) {
        return one.worker->process() == process && !one.is_abandoned && !one.is_answered;
    });
}

// Observers are never called from within start() or cancel().
void JobQueue::wake() {
    sd_event_source *source = nullptr;
    if (!wake_ && sd_event_add_defer(event_, &source, bus::callback<on_wake>, this) >= 0)
        wake_.reset(source);
}

int JobQueue::on_wake(sd_event_source *, void *userdata) {
    auto &self = *static_cast<JobQueue *>(userdata);
    self.wake_.reset();
    self.start_ready();
    return 0;
}

void JobQueue::refuse(Job &job, Error error) {
    job.observer.done(failed(std::move(error)), 0);
}

const JobQueue::Running *JobQueue::blocked_by(const Job &job) const {
    for (const auto &running : running_)
        if (!running.is_answered && meet(running.job.modules, job.modules))
            return &running;
    return nullptr;
}

void JobQueue::start_ready() {
    std::set<ModuleName> before; // of jobs that came earlier and are still waiting
    for (auto next = waiting_.begin(); next != waiting_.end();) {
        const auto *blocker = blocked_by(*next);
        if (blocker && blocker->is_abandoned && !next->refused)
            next->refused = Error{
                ErrorCode::InUse,
                fmt::format("{} was not started: an earlier job for {} hangs in the kernel; "
                            "modkeeper log shows what it logged, and only a reboot may end it",
                            words_of(next->modules), words_of(blocker->job.modules))};
        bool has_place = std::count_if(running_.begin(), running_.end(), [](const auto &one) {
                             return !one.is_abandoned && !one.is_answered;
                         }) < static_cast<std::ptrdiff_t>(limits_.running);
        if (!next->refused && (blocker || !has_place || meet(before, next->modules))) {
            before.insert(next->modules.begin(), next->modules.end());
            ++next;
            continue;
        }
        auto job = std::move(*next);
        next = waiting_.erase(next);
        if (job.refused)
            refuse(job, *job.refused);
        else
            start_worker_for(std::move(job));
    }
}

// In the worker.
JobOutcome JobQueue::work(const Job &job, const JobHooks &hooks) const {
    if (locks_.empty())
        return run_(job.request, hooks);
    auto modules = job.modules;
    for (auto &name : names_of_files(job.request))
        modules.insert(std::move(name));
    const auto locks = ModuleLocks::take(
        locks_, modules, {std::chrono::microseconds(job.timeout_us), hooks.canceled});
    return locks ? run_(job.request, hooks) : failed(locks.error());
}

void JobQueue::start_worker_for(Job job) {
    auto &running = running_.emplace_back();
    running.queue = this;
    const auto task = [&](WorkerChannel &channel) {
        JobHooks hooks;
        hooks.planned = [&](std::size_t modules) { channel.send_soon(encode_planned(modules)); };
        hooks.started = [&](const std::string &module) {
            channel.send_soon(encode_started(module));
        };
        hooks.ended = [&](const std::string &module) { channel.send_soon(encode_ended(module)); };
        hooks.asked = [&](const std::string &module) { channel.send_soon(encode_asked(module)); };
        hooks.answered = [&](const std::string &module) {
            channel.send_soon(encode_answered(module));
        };
        hooks.command_timeout = std::chrono::microseconds(job.timeout_us);
        hooks.canceled = [&] { return channel.canceled(); };
        hooks.client = job.client;
        channel.send(encode(work(job, hooks)));
    };
    auto worker =
        Worker::start(event_, task,
                      {[this, &running](std::string_view bytes) { take_bytes(running, bytes); },
                       [this, &running](const std::string &end) { finish(running, end); }});
    if (!worker) {
        running_.pop_back();
        return refuse(
            job, {ErrorCode::Failed, fmt::format("{} was not started: {}", words_of(job.modules),
                                                 worker.error().message)});
    }
    running.worker = std::move(worker.value());
    running.job = std::move(job);
    running.job.observer.progress({bus::JobProgress::Kind::Running, 0, {}});
}

void JobQueue::take_bytes(Running &running, std::string_view bytes) {
    if (running.is_broken)
        return;
    running.input.add(bytes);
    for (bool is_good = true; is_good;) {
        auto message = running.input.next();
        if (!message)
            return;
        is_good = static_cast<bool>(*message);
        if (is_good)
            take(running, std::move(message->value()));
    }
    // Once a worker has sent something invalid, the rest is ignored until its end.
    running.is_broken = true;
    running.worker->kill();
}

void JobQueue::take(Running &running, WorkerMessage message) {
    if (running.is_answered) // nothing follows an answer
        return;
    if (auto *outcome = std::get_if<JobOutcome>(&message))
        return answer(running, std::move(*outcome));
    if (const auto *call = std::get_if<KernelCall>(&message))
        note(running, *call);
    else if (!running.is_abandoned)
        running.job.observer.progress(std::get<bus::JobProgress>(message));
}

void JobQueue::note(Running &running, const KernelCall &call) {
    std::uint64_t now = 0;
    sd_event_now(event_, CLOCK_MONOTONIC, &now);
    if (call.is_over)
        running.in_kernel.erase(call.module);
    else
        running.in_kernel[call.module] = now;
    watch(running);
}

// The timer is for the module that has been in the kernel for the longest time.
void JobQueue::watch(Running &running) {
    if (running.is_abandoned || running.job.timeout_us == 0)
        return;
    if (running.in_kernel.empty()) {
        running.timer.reset();
        return;
    }
    auto oldest =
        std::min_element(running.in_kernel.begin(), running.in_kernel.end(), [](auto &a, auto &b) {
            return a.second < b.second;
        })->second;
    auto deadline = oldest + running.job.timeout_us;
    if (running.timer) {
        sd_event_source_set_time(running.timer.get(), deadline);
        sd_event_source_set_enabled(running.timer.get(), SD_EVENT_ONESHOT);
        return;
    }
    sd_event_source *source = nullptr;
    if (sd_event_add_time(event_, &source, CLOCK_MONOTONIC, deadline, 0, bus::callback<on_timeout>,
                          &running) >= 0)
        running.timer.reset(source);
}

int JobQueue::on_timeout(sd_event_source *, uint64_t, void *userdata) {
    auto &running = *static_cast<Running *>(userdata);
    running.queue->abandon(running);
    return 0;
}

void JobQueue::abandon(Running &running) {
    running.timer.reset();
    std::set<ModuleName> stuck;
    for (const auto &[module, since] : running.in_kernel)
        stuck.insert(module);
    running.worker->cancel();
    const auto seconds =
        std::chrono::duration<double>(std::chrono::microseconds(running.job.timeout_us)).count();
    running.job.observer.done(
        failed(
            {ErrorCode::Timeout,
             fmt::format("the kernel did not answer for module {} within {:g} s: its init or exit "
                         "function hangs, and nothing can end it; when it returns, what this job "
                         "had loaded is unloaded",
                         words_of(stuck), seconds)}),
        running.worker->process());
    running.is_abandoned = true;
    wake();
}

// The end of the process is not waited for: that takes longer than loading a small module.
void JobQueue::answer(Running &running, JobOutcome outcome) {
    running.timer.reset();
    // The observer asks is_worker().
    if (!running.is_abandoned && !running.is_answered)
        running.job.observer.done(std::move(outcome), running.worker->process());
    running.is_answered = true;
    wake();
}

void JobQueue::finish(Running &running, const std::string &end) {
    if (!running.is_answered)
        answer(running,
               failed({ErrorCode::Failed,
                       fmt::format(
                           "the worker for {} ended without an answer ({}); see the kernel log",
                           words_of(running.job.modules), end.empty() ? "cut short" : end)}));
    running_.remove_if([&](const auto &one) { return &one == &running; });
    wake();
}

} // namespace mk::service
