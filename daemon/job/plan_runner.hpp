// SPDX-License-Identifier: GPL-2.0-only
// Carries out a plan: what does not wait for each other side by side; when something that was asked
// for fails, what was loaded is unloaded again.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "explain/job_outcome.hpp"
#include "job/job_hooks.hpp"
#include "job/load_request.hpp"
#include "job/module_calls.hpp"
#include "job/plan.hpp"
#include "system/kernel_log.hpp"
#include "system/loaded_modules.hpp"

namespace mk {

class PlanRunner {
  public:
    // Notes how the files are now: one that changes before its turn is not loaded.
    PlanRunner(const Plan &plan, const LoadRequest &request, const LoadedModules &loaded,
               JobHooks hooks, ModuleCalls &calls = ModuleCalls::real());

    // Sleeps as long as the modules' inits do. Once.
    JobOutcome run();

  private:
    enum class State : std::uint8_t { Waiting, Running, Done, Failed, Skipped };

    struct Progress {
        State state = State::Waiting;
        std::optional<FileIdentity> file; // when it was planned
        std::optional<Failure> failure;
        std::string name; // the kernel's of it, once that has it
    };

    void note_cancel();
    void work();
    std::optional<std::size_t> take();
    bool is_ready(std::size_t index);
    void call_another();
    void settle(std::size_t index, std::optional<Failure> failure);
    bool is_doomed(const PlanGoal &goal) const;
    std::optional<Failure> carry_out(std::size_t index, KernelLog &log);
    std::optional<Failure> run_command(const PlanStep &step);
    std::string kernel_name(const PlanStep &step) const;
    std::optional<Failure> found_loaded(std::size_t index, const std::string &name);
    bool is_going(int error, const std::string &name) const;
    std::optional<Failure> loaded_otherwise(std::size_t index, const std::string &name);
    std::optional<Failure> load(std::size_t index, KernelLog &log);
    Failure refusal(const PlanStep &step, int error, std::vector<std::string> log);
    bool is_loaded_here(const std::string &module) const;
    const std::string &name_of(std::size_t index) const;
    void judge(const PlanGoal &goal, JobOutcome &outcome) const;
    void undo(JobOutcome &outcome);

    const Plan &plan_;
    const LoadRequest &request_;
    const LoadedModules &loaded_;
    JobHooks hooks_;
    ModuleCalls &calls_;

    std::mutex mutex_; // of what follows, and around hooks_
    std::condition_variable changed_;
    std::vector<std::thread> helpers_; // beside the thread that called run()
    std::size_t idle_ = 0;             // threads that wait for changed_
    std::vector<Progress> progress_;
    std::size_t settled_ = 0;
    bool stopping_ = false;
    bool command_ran_ = false;
    std::optional<KernelState> kernel_; // once the kernel has refused something
    std::optional<Error> canceled_;
    std::vector<std::string> loaded_here_; // in the order in which they became live
};

} // namespace mk
