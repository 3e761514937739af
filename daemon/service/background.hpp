// SPDX-License-Identifier: GPL-2.0-only
// Work on files in processes of its own: a slow disk, or a module that does not come back from
// setting one of its parameters, holds up nobody else.
#pragma once

#include <systemd/sd-event.h>

#include <list>
#include <memory>
#include <string>

#include "bus/background_jobs.hpp"
#include "service/fair_queue.hpp"
#include "service/worker.hpp"

namespace mk::service {

class Background final : public bus::BackgroundJobs {
  public:
    // Of what anybody may ask for, and of what polkit has allowed.
    static constexpr QueueLimits usual = {4, 128, 16};
    static constexpr QueueLimits usual_authorized = {8, 128, 128};

    explicit Background(sd_event *event, QueueLimits limits = usual,
                        QueueLimits authorized = usual_authorized)
        : event_(event), open_(limits), authorized_(authorized) {}
    Background(const Background &) = delete;
    Background &operator=(const Background &) = delete;
    // Work that is under way is left to end by itself.
    ~Background() override = default;

    void run(const Owner &owner, Work work, Done done) override;

  private:
    struct Job {
        Work work;
        Done done;
    };
    using Queue = FairQueue<Job>;
    struct Running {
        Done done;
        std::unique_ptr<Worker> worker;
        Queue *queue = nullptr;
        uid_t uid = 0;
        std::string bytes;
    };

    void start_ready();
    void start_ready(Queue &queue);
    void start(Queue &queue, uid_t uid, Job job);
    void finish(Running &running, const std::string &end);

    sd_event *event_;
    Queue open_;
    Queue authorized_;
    std::list<Running> running_;
};

} // namespace mk::service
