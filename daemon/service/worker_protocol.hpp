// SPDX-License-Identifier: GPL-2.0-only
// Protocol from a worker to the daemon, between two processes of one program: frames, each preceded
// by its length.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/error.hpp"
#include "base/module_name.hpp"
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

// The kernel has started with a module; it has finished with it.
struct KernelCall {
    ModuleName module;
    bool is_over = false;
};

using WorkerMessage = std::variant<bus::JobProgress, KernelCall, JobOutcome>;

// Extracts frames from bytes as they arrive. A worker that sends anything else is not trusted.
class WorkerInput {
  public:
    static constexpr std::size_t frame_max = 16U << 20;

    void add(std::string_view bytes) { bytes_.append(bytes); }
    // Nothing: there is no whole frame yet. An Error: a frame that is too long or invalid.
    std::optional<Result<WorkerMessage>> next();

  private:
    std::string bytes_;
};

} // namespace mk::service
