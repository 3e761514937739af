// SPDX-License-Identifier: GPL-2.0-only
#include "service/background.hpp"

#include <fmt/format.h>

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
    auto &running = running_.emplace_back();
    auto worker =
        Worker::start(event_, [&](WorkerChannel &channel) { channel.send(job.work()); },
                      {[&running](std::string_view bytes) {
                           if (running.bytes.size() < answer_max)
                               running.bytes.append(bytes);
                       },
                       [this, &running](const std::string &end) { finish(running, end); }});
    if (!worker) {
        running_.pop_back();
        return job.done(failed(fmt::format("it was not tried: {}", worker.error().message)));
    }
    running.worker = std::move(worker.value());
    running.done = std::move(job.done);
}

void Background::finish(Running &running, const std::string &end) {
    auto done = std::move(running.done);
    auto bytes = std::move(running.bytes);
    running_.remove_if([&](const auto &one) { return &one == &running; });
    if (end.empty())
        done(std::move(bytes));
    else
        done(failed(fmt::format("the process that worked on it ended without an answer ({}); "
                                "look at what it did with journalctl -u modkeeperd",
                                end)));
    start_ready();
}

} // namespace mk::service
