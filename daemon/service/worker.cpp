// SPDX-License-Identifier: GPL-2.0-only
#include "service/worker.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <utility>

#include "base/write_all.hpp"
#include "bus/callback.hpp"

namespace mk::service {

namespace {

constexpr int first_own_fd = 3;
constexpr std::chrono::milliseconds soon{20};
constexpr std::size_t chunk_bytes = 1 << 16;

// Messages from the daemon to a worker.
constexpr char begin_word = 'b';
constexpr char stop_word = 'c';

// If memory runs out because of a file, the kernel should kill this process and not the daemon.
void go_first_when_memory_ends() {
    const int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    (void)!write(fd, "500", 3);
    close(fd);
}

// False: the daemon could not watch it, so it must do nothing.
bool may_begin(int fd) {
    char word = 0;
    ssize_t got = 0;
    do
        got = recv(fd, &word, 1, 0);
    while (got < 0 && errno == EINTR);
    return got == 1 && word == begin_word;
}

[[noreturn]] void run(int channel, const std::function<void(WorkerChannel &)> &work) {
    // This process must not keep the bus and the driver open.
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
    go_first_when_memory_ends();
    if (!may_begin(fd))
        _exit(EXIT_FAILURE);
    try {
        WorkerChannel talk(fd);
        work(talk);
    } catch (const std::exception &thrown) {
        fmt::print(stderr, "modkeeperd: the worker gave up: {}\n", thrown.what());
        _exit(EXIT_FAILURE);
    }
    _exit(EXIT_SUCCESS);
}

} // namespace

WorkerChannel::~WorkerChannel() {
    outbox_.lock()->has_ended = true;
    changed_.notify_one();
    if (sender_.joinable())
        sender_.join();
}

void WorkerChannel::send(const std::string &bytes) {
    const auto outbox = outbox_.lock();
    outbox->aside += bytes;
    flush(*outbox);
}

void WorkerChannel::send_soon(const std::string &bytes) {
    outbox_.lock()->aside += bytes;
    if (!sender_.joinable())
        sender_ = std::thread([this] { send_what_waits(); });
    changed_.notify_one();
}

void WorkerChannel::send_what_waits() {
    auto outbox = outbox_.lock();
    while (!outbox->has_ended) {
        outbox.wait(changed_, [&] { return outbox->has_ended || !outbox->aside.empty(); });
        outbox.wait_for(changed_, soon, [&] { return outbox->has_ended; });
        flush(*outbox);
    }
}

void WorkerChannel::flush(Outbox &outbox) const {
    const auto bytes = std::exchange(outbox.aside, {});
    // nothing is sent to a daemon that is gone
    (void)write_all(fd_, bytes);
}

bool WorkerChannel::canceled() {
    char byte;
    if (!canceled_ && recv(fd_, &byte, 1, MSG_DONTWAIT) > 0)
        canceled_ = true;
    return canceled_;
}

Result<std::unique_ptr<Worker>> Worker::start(sd_event *event, const Work &work, Events events) {
    auto failed = [](int error) {
        return Error{ErrorCode::Failed,
                     fmt::format("no worker can be started: {}", std::strerror(error))};
    };
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        return failed(errno);
    std::unique_ptr<Worker> worker(new Worker(std::move(events)));
    worker->channel_ = Descriptor(ends[0]);
    Descriptor other(ends[1]);
    fcntl(worker->channel_.get(), F_SETFL, O_NONBLOCK);
    worker->process_ = fork();
    if (worker->process_ == 0)
        run(other.get(), work);
    if (worker->process_ < 0)
        return failed(errno);
    if (auto watched = worker->watch(event); !watched) {
        // It waits for the word to begin, so this ends it at once.
        worker->kill();
        waitpid(worker->process_, nullptr, 0);
        return watched.error();
    }
    // A worker that has already ended reports that itself.
    (void)::send(worker->channel_.get(), &begin_word, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
    return worker;
}

Result<void> Worker::watch(sd_event *event) {
    sd_event_source *source = nullptr;
    int error = sd_event_add_child(event, &source, process_, WEXITED, bus::callback<on_exit>, this);
    if (error >= 0) {
        exit_.reset(source);
        error = sd_event_add_io(event, &source, channel_.get(), EPOLLIN, bus::callback<on_output>,
                                this);
    }
    if (error < 0)
        return Error{ErrorCode::Failed,
                     fmt::format("no worker can be watched: {}", std::strerror(-error))};
    output_.reset(source);
    return {};
}

// The most that one event reads, so that one worker does not keep the loop from the others.
void Worker::read_some() {
    std::array<char, chunk_bytes> chunk;
    auto got = read(channel_.get(), chunk.data(), chunk.size());
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got > 0)
        return events_.bytes({chunk.data(), static_cast<std::size_t>(got)});
    output_.reset(); // its end is still to come
    channel_ = {};
}

int Worker::on_output(sd_event_source *, int, uint32_t, void *userdata) {
    static_cast<Worker *>(userdata)->read_some();
    return 0;
}

int Worker::on_exit(sd_event_source *, const siginfo_t *status, void *userdata) {
    auto &self = *static_cast<Worker *>(userdata);
    // The messages that it sent before it ended. A process that it left behind may hold the other
    // end open.
    for (int waiting = 0;
         self.channel_ && ioctl(self.channel_.get(), FIONREAD, &waiting) == 0 && waiting > 0;)
        self.read_some();
    self.output_.reset();
    std::string end;
    if (status->si_code != CLD_EXITED)
        end = fmt::format("signal {}", status->si_status);
    else if (status->si_status != 0)
        end = fmt::format("status {}", status->si_status);
    auto ended = std::move(self.events_.ended);
    ended(end);
    return 0;
}

void Worker::cancel() {
    // A worker that has ended reports that itself.
    if (channel_)
        (void)::send(channel_.get(), &stop_word, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

void Worker::kill() {
    ::kill(process_, SIGKILL);
}

} // namespace mk::service
