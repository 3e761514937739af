// SPDX-License-Identifier: GPL-2.0-only
#include "service/worker.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <utility>

namespace mk::service {

namespace {

constexpr int first_own_fd = 3;
constexpr std::chrono::milliseconds soon{20};

[[noreturn]] void run(int channel, const std::function<void(WorkerChannel &)> &work) {
    // The bus and the driver are not this process's to keep open.
    int fd = dup2(channel, first_own_fd);
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    close_range(first_own_fd + 1, ~0U, 0);
    // The event loop has signals blocked; a command of modprobe.d must not inherit that.
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    signal(SIGPIPE, SIG_IGN);
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_PID");
    prctl(PR_SET_NAME, "modkeeperd-job");
    {
        WorkerChannel talk(fd);
        work(talk);
    }
    _exit(EXIT_SUCCESS);
}

} // namespace

WorkerChannel::~WorkerChannel() {
    {
        std::lock_guard lock(mutex_);
        ended_ = true;
    }
    changed_.notify_one();
    if (sender_.joinable())
        sender_.join();
}

void WorkerChannel::send(const std::string &bytes) {
    std::lock_guard lock(mutex_);
    aside_ += bytes;
    flush();
}

void WorkerChannel::send_soon(const std::string &bytes) {
    std::lock_guard lock(mutex_);
    aside_ += bytes;
    if (!sender_.joinable())
        sender_ = std::thread([this] { send_what_waits(); });
    changed_.notify_one();
}

void WorkerChannel::send_what_waits() {
    std::unique_lock lock(mutex_);
    while (!ended_) {
        changed_.wait(lock, [this] { return ended_ || !aside_.empty(); });
        changed_.wait_for(lock, soon, [this] { return ended_; });
        flush();
    }
}

// Under the mutex.
void WorkerChannel::flush() {
    const auto bytes = std::exchange(aside_, {});
    for (std::size_t done = 0; done < bytes.size();) {
        auto wrote = write(fd_, bytes.data() + done, bytes.size() - done);
        if (wrote < 0 && errno != EINTR)
            return;
        if (wrote > 0)
            done += static_cast<std::size_t>(wrote);
    }
}

bool WorkerChannel::canceled() {
    char byte;
    if (!canceled_ && recv(fd_, &byte, 1, MSG_DONTWAIT) > 0)
        canceled_ = true;
    return canceled_;
}

Worker start_worker(const std::function<void(WorkerChannel &)> &work) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        return {-errno, {}};
    Worker worker{0, Descriptor(ends[0])};
    Descriptor other(ends[1]);
    fcntl(worker.channel.get(), F_SETFL, O_NONBLOCK);
    worker.process = fork();
    if (worker.process == 0)
        run(other.get(), work);
    if (worker.process < 0)
        worker.process = -errno;
    return worker;
}

void cancel_worker(const Worker &worker) {
    constexpr char stop = 'c';
    // A worker that is gone says so by itself.
    (void)send(worker.channel.get(), &stop, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

std::string end_of_worker(pid_t process) {
    int status = 0;
    while (waitpid(process, &status, 0) < 0)
        if (errno != EINTR)
            return "unknown";
    if (WIFSIGNALED(status))
        return fmt::format("signal {}", WTERMSIG(status));
    return WEXITSTATUS(status) == 0 ? "" : fmt::format("status {}", WEXITSTATUS(status));
}

} // namespace mk::service
