// SPDX-License-Identifier: GPL-2.0-only
#include "service/forked_task.hpp"

#include <fmt/format.h>

#include <utility>

#include "bus/callback.hpp"

namespace mk::service {

namespace {

// More than any answer; a worker that writes more is not trusted.
constexpr std::size_t answer_max = 16 << 20;

Error failed(std::string message) {
    return {ErrorCode::Failed, std::move(message)};
}

} // namespace

void ForkedTasks::run(const Owner &owner, Work work, Done done) {
    auto task = std::make_shared<Task>();
    task->owner = this;
    task->is_authorized = owner.is_authorized;
    task->work = std::move(work);
    task->done = std::move(done);
    if (!set_deadline(*task))
        return turn_away(*task);
    auto &queue = queue_of(*task);
    if (const auto left_out = queue.add(owner.account, std::move(task)))
        turn_away(**left_out);
    start_ready(queue);
}

void ForkedTasks::turn_away(Task &task) {
    task.deadline.reset();
    task.done(failed("not started: too many tasks are waiting already; try again later"));
}

bool ForkedTasks::set_deadline(Task &task) {
    const auto patience = task.is_authorized ? limits_.authorized_patience : limits_.patience;
    sd_event_source *source = nullptr;
    const int error = sd_event_add_time_relative(event_, &source, CLOCK_MONOTONIC,
                                                 static_cast<std::uint64_t>(patience.count()), 0,
                                                 bus::callback<on_deadline>, &task);
    task.deadline.reset(source);
    return error >= 0;
}

// A killed process keeps its place until it has ended, which the kernel may delay.
int ForkedTasks::on_deadline(sd_event_source *, std::uint64_t, void *userdata) {
    auto &task = *static_cast<Task *>(userdata);
    const auto done = std::exchange(task.done, {});
    Error error{ErrorCode::Timeout, "not started in time: too many tasks are waiting; try again"};
    if (task.worker) {
        task.worker->kill();
        error.message =
            "it took too long and was stopped; try again when the machine is less busy; if that "
            "does not help, the kernel log (dmesg) may name a disk or file system that hangs";
    }
    task.deadline.reset();
    task.owner->queue_of(task).remove_if(
        [&](const auto &waiting) { return waiting.get() == &task; });
    done(std::move(error));
    return 0;
}

void ForkedTasks::start_ready() {
    start_ready(authorized_);
    start_ready(open_);
}

void ForkedTasks::start_ready(Queue &queue) {
    while (auto next = queue.take())
        start(next->first, std::move(next->second));
}

void ForkedTasks::start(uid_t account, std::shared_ptr<Task> task) {
    auto worker =
        Worker::start(event_, [&](WorkerChannel &channel) { channel.send(task->work()); },
                      {[&to = *task](std::string_view bytes) {
                           if (to.bytes.size() < answer_max)
                               to.bytes.append(bytes);
                       },
                       // it must not own itself: running_ does
                       [this, account, weak = std::weak_ptr(task)](const std::string &end) {
                           finish(account, weak.lock(), end);
                       }});
    if (!worker) {
        queue_of(*task).ended(account);
        return task->done(failed(fmt::format("not started: {}", worker.error().message)));
    }
    task->worker = std::move(worker.value());
    running_.insert(std::move(task));
}

void ForkedTasks::finish(uid_t account, const std::shared_ptr<Task> &task, const std::string &end) {
    queue_of(*task).ended(account);
    running_.erase(task);
    task->deadline.reset();
    if (!task->done) {
        // the answer came too late
    } else if (end.empty()) {
        task->done(std::move(task->bytes));
    } else {
        task->done(failed(fmt::format("the process that worked on it ended without an answer ({}); "
                                      "see journalctl -u modkeeperd",
                                      end)));
    }
    start_ready();
}

} // namespace mk::service
