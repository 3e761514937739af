// SPDX-License-Identifier: GPL-2.0-only
// Work on files in processes of its own: a slow disk, or a module that does not come back from
// setting one of its parameters, holds up nobody else.
#pragma once

#include <systemd/sd-event.h>

#include <deque>
#include <list>
#include <memory>
#include <string>

#include "bus/background_jobs.hpp"
#include "service/worker.hpp"

namespace mk::service {

class Background final : public bus::BackgroundJobs {
  public:
    struct Limits {
        std::size_t running;
        std::size_t waiting;
    };
    static constexpr Limits usual = {8, 128};

    explicit Background(sd_event *event, Limits limits = usual) : event_(event), limits_(limits) {}
    Background(const Background &) = delete;
    Background &operator=(const Background &) = delete;
    // Work that is under way is left to end by itself.
    ~Background() override = default;

    void run(Work work, Done done) override;

  private:
    struct Job {
        Work work;
        Done done;
    };
    struct Running {
        Done done;
        std::unique_ptr<Worker> worker;
        std::string bytes;
    };

    void start_ready();
    void start(Job job);
    void finish(Running &running, const std::string &end);

    sd_event *event_;
    Limits limits_;
    std::deque<Job> waiting_;
    std::list<Running> running_;
};

} // namespace mk::service
