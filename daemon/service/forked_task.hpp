// SPDX-License-Identifier: GPL-2.0-only
// File work in processes of its own: a slow disk, or a module that hangs when one of its parameters
// is set, delays nobody else.
#pragma once

#include <systemd/sd-event.h>

#include <chrono>
#include <memory>
#include <set>
#include <string>

#include "bus/background_tasks.hpp"
#include "bus/fair_queue.hpp"
#include "service/event_handles.hpp"
#include "service/worker.hpp"

namespace mk::service {

class ForkedTasks final : public bus::BackgroundTasks {
  public:
    struct Limits {
        // For work that anybody may request, and for work that polkit has authorised.
        bus::QueueLimits open;
        bus::QueueLimits authorized;
        // Time from run() to the answer; then its process is killed. A file system may never
        // answer, and a module may hang when one of its parameters is set. Authorised work has far
        // more time than it needs, but does not keep its place forever.
        std::chrono::microseconds patience;
        std::chrono::microseconds authorized_patience;
    };
    static constexpr Limits usual = {
        {4, 2, 128, 16}, {8, 6, 128, 64}, std::chrono::seconds(20), std::chrono::minutes(5)};

    explicit ForkedTasks(sd_event *event, const Limits &limits = usual)
        : event_(event), limits_(limits), open_(limits.open), authorized_(limits.authorized) {}
    ForkedTasks(const ForkedTasks &) = delete;
    ForkedTasks &operator=(const ForkedTasks &) = delete;
    // Running work is left to finish.
    ~ForkedTasks() override = default;

    void run(const Owner &owner, Work work, Done done) override;

  private:
    struct Task {
        ForkedTasks *owner = nullptr;
        bool is_authorized = false;
        Work work;
        Done done; // nothing: it was answered
        EventSource deadline;
        std::unique_ptr<Worker> worker; // once it has a place
        std::string bytes;
    };
    using Queue = bus::FairQueue<std::shared_ptr<Task>>;

    Queue &queue_of(const Task &task) { return task.is_authorized ? authorized_ : open_; }
    bool set_deadline(Task &task);
    void start_ready();
    void start_ready(Queue &queue);
    static void turn_away(Task &task);
    void start(uid_t account, std::shared_ptr<Task> task);
    void finish(uid_t account, const std::shared_ptr<Task> &task, const std::string &end);
    static int on_deadline(sd_event_source *source, std::uint64_t time, void *userdata);

    sd_event *event_;
    Limits limits_;
    Queue open_;
    Queue authorized_;
    std::set<std::shared_ptr<Task>> running_;
};

} // namespace mk::service
