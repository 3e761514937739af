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

void Background::run(const Owner &owner, Work work, Done done) {
    auto &queue = owner.is_authorized ? authorized_ : open_;
    Job job{std::move(work), done};
    if (!queue.add(owner.uid, std::move(job)))
        return done(failed("it was not tried: too many others wait already; try again later"));
    start_ready(queue);
}

void Background::start_ready() {
    start_ready(authorized_);
    start_ready(open_);
}

void Background::start_ready(Queue &queue) {
    while (auto next = queue.take())
        start(queue, next->first, std::move(next->second));
}

void Background::start(Queue &queue, uid_t uid, Job job) {
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
        queue.ended(uid);
        return job.done(failed(fmt::format("it was not tried: {}", worker.error().message)));
    }
    running.worker = std::move(worker.value());
    running.done = std::move(job.done);
    running.queue = &queue;
    running.uid = uid;
}

void Background::finish(Running &running, const std::string &end) {
    auto done = std::move(running.done);
    auto bytes = std::move(running.bytes);
    running.queue->ended(running.uid);
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
