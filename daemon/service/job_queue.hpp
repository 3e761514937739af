// SPDX-License-Identifier: GPL-2.0-only
// Queue of jobs: a job for a module that another job is working on waits for it, and others run in
// parallel, as many as there are places.
#pragma once

#include <systemd/sd-event.h>

#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "base/module_name.hpp"
#include "bus/module_jobs.hpp"
#include "job/job_hooks.hpp"
#include "service/event_handles.hpp"
#include "service/worker.hpp"
#include "service/worker_protocol.hpp"

namespace mk::service {

class JobQueue final : public bus::ModuleJobs {
  public:
    struct Limits {
        std::size_t running;
        std::size_t waiting;
    };
    static constexpr Limits usual = {16, 256};

    // Does the job; in a worker process.
    using Run = std::function<JobOutcome(const JobRequest &, const JobHooks &)>;
    // The modules of a job; called in the daemon, so it must be fast.
    using Scope = std::function<std::set<ModuleName>(const JobRequest &)>;

    // @locks: the folder of the locks on modules, "" for none.
    JobQueue(sd_event *event, Run run, Scope scope, Limits limits = usual, std::string locks = "")
        : event_(event), run_(std::move(run)), scope_(std::move(scope)), limits_(limits),
          locks_(std::move(locks)) {}
    JobQueue(const JobQueue &) = delete;
    JobQueue &operator=(const JobQueue &) = delete;
    // Running workers are left to finish.
    ~JobQueue() override = default;

    Handle start(JobRequest request, const JobCaller &client, std::uint64_t timeout_us,
                 Observer observer) override;
    void cancel(Handle job) override;
    Handle job_of(pid_t process) const override;
    bool is_worker(pid_t process) const override;

    // Workers that have not ended, including those that hang.
    std::size_t running() const { return running_.size(); }

  private:
    struct Job {
        Handle handle = 0;
        JobRequest request;
        JobCaller client;
        std::uint64_t timeout_us = 0;
        std::set<ModuleName> modules;
        Observer observer;
        std::optional<Error> refused; // before it could start
    };
    struct Running {
        JobQueue *queue = nullptr;
        Job job;
        std::unique_ptr<Worker> worker;
        WorkerInput input;
        std::map<ModuleName, std::uint64_t> in_kernel; // since when, CLOCK_MONOTONIC
        bool is_abandoned = false; // the observer was called; the worker has not finished
        bool is_answered = false;  // the observer has everything; the worker only has to end
        bool is_broken = false;    // it sent something invalid
        EventSource timer;
    };

    JobOutcome work(const Job &job, const JobHooks &hooks) const;
    void wake();
    void start_ready();
    void start_worker_for(Job job);
    void refuse(Job &job, Error error);
    const Running *blocked_by(const Job &job) const;
    void take_bytes(Running &running, std::string_view bytes);
    void take(Running &running, WorkerMessage message);
    void note(Running &running, const KernelCall &call);
    void watch(Running &running);
    void abandon(Running &running);
    void answer(Running &running, JobOutcome outcome);
    void finish(Running &running, const std::string &end);

    static int on_wake(sd_event_source *source, void *userdata);
    static int on_timeout(sd_event_source *source, uint64_t now, void *userdata);

    sd_event *event_;
    Run run_;
    Scope scope_;
    Limits limits_;
    std::string locks_;
    Handle last_ = 0;
    std::deque<Job> waiting_;
    std::list<Running> running_;
    EventSource wake_;
};

} // namespace mk::service
