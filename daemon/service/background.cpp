// SPDX-License-Identifier: GPL-2.0-only
#include "service/background.hpp"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "service/worker.hpp"

namespace mk::service {

namespace {

// More than any answer; a worker that writes more is not believed.
constexpr std::size_t answer_max = 16 << 20;

Error failed(std::string message) {
    return {ErrorCode::Failed, std::move(message)};
}

} // namespace

void Background::run(Work work, Done done) {
    if (waiting_.size() >= limits_.waiting)
        return done(failed(fmt::format("it was not tried: {} others wait already; try again later",
                                       waiting_.size())));
    waiting_.push_back({std::move(work), std::move(done)});
    start_ready();
}

void Background::start_ready() {
    while (!waiting_.empty() && running_.size() < limits_.running) {
        auto job = std::move(waiting_.front());
        waiting_.pop_front();
        start(std::move(job));
    }
}

void Background::start(Job job) {
    auto worker = start_worker([&](WorkerChannel &channel) { channel.send(job.work()); });
    sd_event_source *source = nullptr;
    int error = worker.process;
    auto &running = running_.emplace_back();
    if (worker.process > 0)
        error =
            sd_event_add_io(event_, &source, worker.channel.get(), EPOLLIN, on_output, &running);
    if (error < 0) {
        running_.pop_back();
        return job.done(failed(
            fmt::format("it was not tried: no worker can be started: {}", std::strerror(-error))));
    }
    running.owner = this;
    running.job = std::move(job);
    running.process = worker.process;
    running.output = std::move(worker.channel);
    running.source.reset(source);
}

int Background::on_output(sd_event_source *, int fd, uint32_t, void *userdata) {
    auto &running = *static_cast<Running *>(userdata);
    std::array<char, 4096> chunk;
    auto got = read(fd, chunk.data(), chunk.size());
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    if (got > 0 && running.bytes.size() < answer_max)
        running.bytes.append(chunk.data(), static_cast<std::size_t>(got));
    if (got <= 0)
        running.owner->finish(running);
    return 0;
}

void Background::finish(Running &running) {
    running.source.reset();
    auto end = end_of_worker(running.process);
    auto job = std::move(running.job);
    auto bytes = std::move(running.bytes);
    running_.remove_if([&](const auto &one) { return &one == &running; });
    if (end.empty())
        job.done(std::move(bytes));
    else
        job.done(failed(fmt::format("the process that worked on it ended without an answer ({}); "
                                    "look at what it did with journalctl -u modkeeperd",
                                    end)));
    start_ready();
}

} // namespace mk::service
