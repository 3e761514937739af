// SPDX-License-Identifier: GPL-2.0-only
// Which job runs when: jobs about one module one after the other, others side by side, as many as
// there are places.
#pragma once

#include <systemd/sd-event.h>

#include <deque>
#include <functional>
#include <list>
#include <string>

#include "bus/module_jobs.hpp"
#include "service/event_handles.hpp"

namespace mk::service {

class WorkerPool final : public bus::ModuleJobs {
  public:
    struct Limits {
        std::size_t running;
        std::size_t waiting;
    };
    static constexpr Limits usual = {16, 256};

    using Load = std::function<engine::LoadOutcome(const engine::LoadRequest &)>;
    using Unload = std::function<Result<void>(const std::string &)>;

    // @load and @unload run in worker processes.
    WorkerPool(sd_event *event, Load load, Unload unload, Limits limits = usual)
        : event_(event), load_(std::move(load)), unload_(std::move(unload)), limits_(limits) {}
    WorkerPool(const WorkerPool &) = delete;
    WorkerPool &operator=(const WorkerPool &) = delete;
    // Workers that still run are left to end by themselves.
    ~WorkerPool() override = default;

    void load(engine::LoadRequest request, Loaded done) override;
    void unload(std::string name, Unloaded done) override;
    bool is_worker(pid_t process) const override;

    std::size_t running() const { return running_.size(); }

  private:
    struct Job {
        std::string module; // jobs of the same one do not run side by side
        std::function<std::string()> work;
        // With what the worker wrote; or, without a worker, why there was none.
        std::function<void(const std::string &bytes, const Error *broken, pid_t worker)> done;
    };
    struct Running {
        WorkerPool *pool = nullptr;
        Job job;
        pid_t process = 0;
        Descriptor output;
        EventSource source;
        std::string bytes;
    };

    void add(Job job);
    void start_ready();
    bool start(Job job);
    bool is_busy(const std::string &module) const;
    void finish(Running &running);
    static int on_output(sd_event_source *source, int fd, uint32_t events, void *userdata);

    sd_event *event_;
    Load load_;
    Unload unload_;
    Limits limits_;
    std::deque<Job> waiting_;
    std::list<Running> running_;
};

} // namespace mk::service
