// SPDX-License-Identifier: GPL-2.0-only
// Worker of one job, in a process of its own. A module's init may sleep for ever in the kernel, and
// nothing can end such a task. If it were a thread of the daemon, the daemon could not end, nor
// give up its name on the bus.
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

    // The delayed messages, and this one.
    void send(const std::string &bytes);
    // Delays it by some milliseconds, so that later messages go with it: waking the daemon for each
    // takes longer than loading a small module. It is sent then even if all other threads hang.
    void send_soon(const std::string &bytes);
    // Whether the daemon has canceled it. If the daemon is gone, the job is carried through.
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
    std::thread sender_; // of delayed messages
};

// The daemon's side: a process that the event loop watches. Nothing here waits for it.
class Worker {
  public:
    using Work = std::function<void(WorkerChannel &)>;
    struct Events {
        // Its output, in pieces as they arrive.
        std::function<void(std::string_view)> bytes;
        // Called once, after the last bytes; it may destroy the worker. "" after success, otherwise
        // "signal 11" or the like.
        std::function<void(const std::string &)> ended;
    };

    // Runs @work in a child process without the daemon's descriptors. The daemon must have no other
    // thread. On failure, @work has not begun and no process is left.
    static Result<std::unique_ptr<Worker>> start(sd_event *event, const Work &work, Events events);
    Worker(const Worker &) = delete;
    Worker &operator=(const Worker &) = delete;
    // A running process is left to finish.
    ~Worker() = default;

    pid_t process() const { return process_; }
    // The work stops when it next checks.
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
