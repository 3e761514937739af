// SPDX-License-Identifier: GPL-2.0-only
// Runner of a plan: it loads independent modules in parallel, and unloads what it has loaded if a
// requested module fails.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/guarded.hpp"
#include "base/module_name.hpp"
#include "explain/job_outcome.hpp"
#include "job/job_hooks.hpp"
#include "job/load_request.hpp"
#include "job/module_calls.hpp"
#include "job/plan.hpp"
#include "preflight/preflight.hpp"
#include "system/kernel_log.hpp"
#include "system/loaded_modules.hpp"

namespace mk {

class PlanRunner {
  public:
    // Records the state of the files: one that changes before its turn is not loaded.
    PlanRunner(const Plan &plan, const LoadRequest &request, const LoadedModules &loaded,
               JobHooks hooks, ModuleCalls &calls = ModuleCalls::real());

    // Sleeps as long as the modules' inits do. Once.
    JobOutcome run();

  private:
    enum class Turn : std::uint8_t { Waiting, Running, Done, Failed, Skipped };

    struct Progress {
        Turn turn = Turn::Waiting;
        std::optional<Failure> failure;
        ModuleName name; // the kernel's name for it, once it has one
    };

    // What the threads share.
    struct State {
        std::vector<std::thread> helpers; // besides the thread that called run()
        std::size_t idle = 0;             // threads that wait for changed_
        std::vector<Progress> progress;
        std::size_t settled = 0;
        bool stopping = false;
        bool command_ran = false;
        std::optional<KernelState> kernel; // once the kernel has refused something
        std::optional<Error> canceled;
        ModuleNames loaded_here; // in the order in which they became live
    };

    void note_cancel(State &state);
    void work();
    std::optional<std::size_t> take(State &state);
    bool is_ready(State &state, std::size_t index);
    void call_another(State &state);
    void settle(State &state, std::size_t index, std::optional<Failure> failure);
    static bool is_doomed(const State &state, const PlanGoal &goal);
    std::optional<Failure> carry_out(std::size_t index, KernelLog &log);
    std::optional<Failure> run_command(const PlanStep &step);
    ModuleName kernel_name(const PlanStep &step) const;
    std::optional<Failure> found_loaded(std::size_t index, const ModuleName &name);
    bool is_going(int error, const ModuleName &name) const;
    std::optional<Failure> loaded_otherwise(std::size_t index, const ModuleName &name);
    std::optional<Failure> load(std::size_t index, KernelLog &log);
    Failure refusal(const PlanStep &step, int error, std::vector<std::string> log);
    Diagnoses check_file(const PlanStep &step);
    static bool is_loaded_here(const State &state, const ModuleName &module);
    const ModuleName &name_of(const State &state, std::size_t index) const;
    void judge(const State &state, const PlanGoal &goal, JobOutcome &outcome) const;
    void undo(const State &state, JobOutcome &outcome);

    const Plan &plan_;
    const LoadRequest &request_;
    const LoadedModules &loaded_;
    JobHooks hooks_; // called under the lock of the state
    ModuleCalls &calls_;
    std::vector<std::optional<FileIdentity>> files_; // of the steps, when they were planned
    Guarded<State> state_;
    std::condition_variable changed_;
    Guarded<std::optional<Preflight>> preflight_; // made for the first refusal
};

} // namespace mk
