// SPDX-License-Identifier: GPL-2.0-only
// One job in a process of its own. A module's init may sleep for ever in the kernel, and nothing
// can end such a task: so it must not be one of the daemon's threads, which would keep the daemon
// from ending, and its name on the bus from being free.
#pragma once

#include <sys/types.h>

#include <condition_variable>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "base/error.hpp"
#include "base/guarded.hpp"
#include "service/event_handles.hpp"

namespace mk::service {

// The worker's side. Its calls are not for two threads at a time.
class WorkerChannel {
  public:
    explicit WorkerChannel(int fd) : fd_(fd) {}
    WorkerChannel(const WorkerChannel &) = delete;
    WorkerChannel &operator=(const WorkerChannel &) = delete;
    ~WorkerChannel();

    // What was put aside, and this.
    void send(const std::string &bytes);
    // Puts it aside for some milliseconds, for what comes next to go with it: waking the daemon for
    // each takes longer than loading a small module. It goes then even when all other threads hang.
    void send_soon(const std::string &bytes);
    // Has the daemon said so? One that is gone says nothing: what was begun is carried through.
    bool canceled();

  private:
    struct Outbox {
        std::string aside;
        bool has_ended = false;
    };

    void flush(Outbox &outbox) const;
    void send_what_waits();

    int fd_;
    bool canceled_ = false;
    Guarded<Outbox> outbox_;
    std::condition_variable changed_;
    std::thread sender_; // of what is put aside
};

// The daemon's side: a process that the event loop watches. Nothing here waits for it.
class Worker {
  public:
    using Work = std::function<void(WorkerChannel &)>;
    struct Events {
        // What it sent, in pieces as they come.
        std::function<void(std::string_view)> bytes;
        // Once, after the last bytes; the worker may be destroyed in it. "" when it ended well,
        // else "signal 11" or such.
        std::function<void(const std::string &)> ended;
    };

    // Runs @work in a child that has nothing of the daemon's open. The daemon must have no other
    // thread. When it fails, @work was not begun and no process is left.
    static Result<std::unique_ptr<Worker>> start(sd_event *event, const Work &work, Events events);
    Worker(const Worker &) = delete;
    Worker &operator=(const Worker &) = delete;
    // A process that still runs is left to end by itself.
    ~Worker() = default;

    pid_t process() const { return process_; }
    // The work stops where it next asks.
    void cancel();
    void kill();

  private:
    explicit Worker(Events events) : events_(std::move(events)) {}
    Result<void> watch(sd_event *event);
    void read_some();
    static int on_output(sd_event_source *source, int fd, uint32_t events, void *userdata);
    static int on_exit(sd_event_source *source, const siginfo_t *status, void *userdata);

    Events events_;
    pid_t process_ = 0;
    Descriptor channel_; // what the work sends, then the end of the file
    EventSource output_;
    EventSource exit_;
};

} // namespace mk::service
