// SPDX-License-Identifier: GPL-2.0-only
#include "service/worker_pool.hpp"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "engine/module_name.hpp"
#include "service/outcome_codec.hpp"
#include "service/worker.hpp"

namespace mk::service {

namespace {

// More than any outcome; a worker that writes more is not believed.
constexpr std::size_t outcome_max = 1 << 20;

std::string module_of(const std::string &target) {
    return engine::is_path(target) ? engine::name_from_path(target)
                                   : engine::canonical_name(target);
}

} // namespace

void WorkerPool::load(engine::LoadRequest request, Loaded done) {
    auto module = module_of(request.target);
    auto work = [this, request = std::move(request)] { return encode(load_(request)); };
    add({module, std::move(work),
         [done = std::move(done)](const auto &bytes, const Error *broken, pid_t worker) {
             if (broken)
                 return done(*broken, worker);
             done(*decode_load(bytes), worker);
         }});
}

void WorkerPool::unload(std::string name, Unloaded done) {
    auto module = module_of(name);
    auto work = [this, name = std::move(name)] { return encode(unload_(name)); };
    add({module, std::move(work),
         [done = std::move(done)](const auto &bytes, const Error *broken, pid_t) {
             if (broken)
                 return done(*broken);
             done(*decode_unload(bytes));
         }});
}

bool WorkerPool::is_worker(pid_t process) const {
    return std::any_of(running_.begin(), running_.end(),
                       [&](const auto &one) { return one.process == process; });
}

bool WorkerPool::is_busy(const std::string &module) const {
    return std::any_of(running_.begin(), running_.end(),
                       [&](const auto &one) { return one.job.module == module; });
}

void WorkerPool::add(Job job) {
    if (waiting_.size() >= limits_.waiting) {
        Error full{ErrorCode::Failed, fmt::format("{} was not tried: {} loads and unloads wait "
                                                  "already; try again later",
                                                  job.module, waiting_.size())};
        return job.done({}, &full, 0);
    }
    waiting_.push_back(std::move(job));
    start_ready();
}

void WorkerPool::start_ready() {
    // A job that cannot start answers at once, and its callback may add another.
    for (std::size_t i = 0; i < waiting_.size() && running_.size() < limits_.running;) {
        // Jobs of one module keep their order: the first one in the line is looked at first.
        if (is_busy(waiting_[i].module)) {
            ++i;
            continue;
        }
        auto job = std::move(waiting_[i]);
        waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(i));
        if (!start(std::move(job)))
            i = 0;
    }
}

bool WorkerPool::start(Job job) {
    auto worker = start_worker(job.work);
    sd_event_source *source = nullptr;
    int error = worker.process;
    auto &running = running_.emplace_back();
    if (worker.process > 0)
        error = sd_event_add_io(event_, &source, worker.output.get(), EPOLLIN, on_output, &running);
    if (error < 0) {
        running_.pop_back();
        Error broken{ErrorCode::Failed,
                     fmt::format("{} was not tried: no worker can be started: {}", job.module,
                                 std::strerror(-error))};
        job.done({}, &broken, 0);
        return false;
    }
    running.pool = this;
    running.job = std::move(job);
    running.process = worker.process;
    running.output = std::move(worker.output);
    running.source.reset(source);
    return true;
}

int WorkerPool::on_output(sd_event_source *, int fd, uint32_t, void *userdata) {
    auto &running = *static_cast<Running *>(userdata);
    std::array<char, 4096> chunk;
    auto got = read(fd, chunk.data(), chunk.size());
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    if (got > 0 && running.bytes.size() < outcome_max)
        running.bytes.append(chunk.data(), static_cast<std::size_t>(got));
    if (got <= 0)
        running.pool->finish(running);
    return 0;
}

void WorkerPool::finish(Running &running) {
    running.source.reset();
    auto end = end_of_worker(running.process);
    bool readable = decode_load(running.bytes) || decode_unload(running.bytes);
    Error broken{ErrorCode::Failed,
                 fmt::format("the worker for {} ended without an answer ({}); look at what the "
                             "kernel log says",
                             running.job.module, end.empty() ? "cut short" : end)};
    // Still in the list: the callback asks is_worker().
    running.job.done(running.bytes, end.empty() && readable ? nullptr : &broken, running.process);
    running_.remove_if([&](const auto &one) { return &one == &running; });
    start_ready();
}

} // namespace mk::service
