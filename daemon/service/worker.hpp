// SPDX-License-Identifier: GPL-2.0-only
// One job in a process of its own. A module's init may sleep for ever in the kernel, and nothing
// can end such a task: so it must not be one of the daemon's threads, which would keep the daemon
// from ending, and its name on the bus from being free.
#pragma once

#include <sys/types.h>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "service/event_handles.hpp"

namespace mk::service {

struct Worker {
    pid_t process = 0;
    Descriptor channel; // what the work sends, then the end of the file
};

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
    void flush();
    void send_what_waits();

    int fd_;
    bool canceled_ = false;
    std::mutex mutex_; // of what follows
    std::condition_variable changed_;
    std::string aside_;
    bool ended_ = false;
    std::thread sender_;
};

// Runs @work in a child that has nothing of the daemon's open. The daemon must have no other
// thread. On failure .process is -errno.
Worker start_worker(const std::function<void(WorkerChannel &)> &work);

// The daemon's side: the work stops where it next asks.
void cancel_worker(const Worker &worker);

// How a worker that has closed its channel ended: "" when it ended well, else "signal 11" or such.
std::string end_of_worker(pid_t process);

} // namespace mk::service
