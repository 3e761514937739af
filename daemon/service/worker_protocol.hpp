// SPDX-License-Identifier: GPL-2.0-only
// What a worker tells the daemon, as bytes between two processes of one program: frames, each with
// its length before it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/error.hpp"
#include "bus/module_jobs.hpp"
#include "explain/job_outcome.hpp"

namespace mk::service {

std::string encode_planned(std::size_t modules);
std::string encode_started(const std::string &module);
std::string encode_ended(const std::string &module);
std::string encode_asked(const std::string &module);
std::string encode_answered(const std::string &module);
// Long texts are cut, so that any outcome fits into a frame. The state of the kernel is sent once:
// that of the first refusal.
std::string encode(const JobOutcome &outcome);

// A module was given to the kernel; the kernel has answered.
struct KernelCall {
    std::string module;
    bool is_over = false;
};

using WorkerMessage = std::variant<bus::JobProgress, KernelCall, JobOutcome>;

// Takes frames out of bytes as they come. A worker that sends anything else is not believed.
class WorkerInput {
  public:
    static constexpr std::size_t frame_max = 16U << 20;

    void add(std::string_view bytes) { bytes_.append(bytes); }
    // Nothing: there is no whole frame now. An Error: more than any frame has, or no frame.
    std::optional<Result<WorkerMessage>> next();

  private:
    std::string bytes_;
};

} // namespace mk::service
