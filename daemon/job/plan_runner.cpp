// SPDX-License-Identifier: GPL-2.0-only
#include "job/plan_runner.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "base/assignments.hpp"
#include "base/module_name.hpp"
#include "elf/modinfo_section.hpp"
#include "explain/device_check.hpp"
#include "explain/explain_load.hpp"
#include "job/planner.hpp"
#include "kmod/install_command.hpp"
#include "system/kernel_log.hpp"

namespace mk {

namespace {

// Inits that sleep use no processor: there may be more threads than processors.
std::size_t helpers_max() {
    const std::size_t processors = std::thread::hardware_concurrency();
    return std::clamp<std::size_t>(2 * processors, 4, 16) - 1;
}

} // namespace

PlanRunner::PlanRunner(const Plan &plan, const LoadRequest &request, const LoadedModules &loaded,
                       JobHooks hooks, ModuleCalls &calls)
    : plan_(plan), request_(request), loaded_(loaded), hooks_(std::move(hooks)), calls_(calls) {
    state_.lock()->progress.resize(plan.steps.size());
    for (const auto &step : plan.steps)
        files_.push_back(identity_of(step.path));
}

JobOutcome PlanRunner::run() {
    work();
    // All steps are settled: no more are added.
    for (auto &helper : std::exchange(state_.lock()->helpers, {}))
        helper.join();
    const auto state = state_.lock();
    note_cancel(*state); // while the last one was in the kernel
    JobOutcome outcome;
    for (const auto &goal : plan_.goals)
        judge(*state, goal, outcome);
    outcome.loaded = state->loaded_here;
    if (state->canceled)
        outcome.failures.insert(outcome.failures.begin(), *state->canceled);
    if (!outcome.failures.empty() && !request_.keep_going)
        undo(*state, outcome);
    return outcome;
}

void PlanRunner::note_cancel(State &state) {
    if (state.canceled || !hooks_.canceled || !hooks_.canceled())
        return;
    state.stopping = true;
    state.canceled = Error{ErrorCode::Canceled, "the load was canceled"};
}

void PlanRunner::work() {
    KernelLog log;
    auto state = state_.lock();
    while (state->settled < plan_.steps.size()) {
        auto index = take(*state);
        if (!index) {
            if (state->settled < plan_.steps.size()) {
                ++state->idle;
                state.wait(changed_);
                --state->idle;
            }
            continue;
        }
        const auto &step = plan_.steps[*index];
        if (is_work(step)) {
            call_another(*state);
            if (hooks_.started)
                hooks_.started(step.module);
        }
        state.unlock();
        auto failure = is_work(step) ? carry_out(*index, log) : std::nullopt;
        state.relock();
        settle(*state, *index, std::move(failure));
        if (is_work(step) && hooks_.ended)
            hooks_.ended(step.module);
    }
    changed_.notify_all();
}

// If several steps can be taken. One thread loads a chain alone: another one would only wait.
void PlanRunner::call_another(State &state) {
    bool is_more = false;
    for (std::size_t i = 0; i < state.progress.size() && !is_more; ++i)
        is_more = state.progress[i].turn == Turn::Waiting && (state.stopping || is_ready(state, i));
    if (!is_more)
        return;
    static const auto most = helpers_max();
    if (state.idle > 0)
        changed_.notify_one();
    else if (state.helpers.size() < most)
        try {
            state.helpers.emplace_back([this] { work(); });
        } catch (const std::system_error
                     &) { // no more threads can be created: the existing ones do the work
        }
}

// The next step that can be taken. Settles steps that can no longer be taken.
std::optional<std::size_t> PlanRunner::take(State &state) {
    if (!state.stopping)
        note_cancel(state);
    for (std::size_t i = 0; i < state.progress.size(); ++i) {
        auto &turn = state.progress[i].turn;
        if (turn != Turn::Waiting)
            continue;
        if (state.stopping) {
            turn = Turn::Skipped;
            ++state.settled;
            continue;
        }
        if (!is_ready(state, i))
            continue;
        turn = Turn::Running;
        return i;
    }
    return std::nullopt;
}

bool PlanRunner::is_ready(State &state, std::size_t index) {
    const auto &step = plan_.steps[index];
    for (auto needed : step.needs) {
        const auto turn = state.progress[needed].turn;
        if (turn == Turn::Failed) {
            // The first failure is the one that is reported.
            settle(state, index, state.progress[needed].failure);
            return false;
        }
        if (turn != Turn::Done)
            return false;
    }
    return std::all_of(step.after.begin(), step.after.end(), [&](std::size_t other) {
        const auto turn = state.progress[other].turn;
        return turn != Turn::Waiting && turn != Turn::Running;
    });
}

void PlanRunner::settle(State &state, std::size_t index, std::optional<Failure> failure) {
    auto &mine = state.progress[index];
    mine.turn = failure ? Turn::Failed : Turn::Done;
    mine.failure = std::move(failure);
    ++state.settled;
    if (mine.turn == Turn::Failed && !request_.keep_going)
        state.stopping =
            state.stopping || std::any_of(plan_.goals.begin(), plan_.goals.end(),
                                          [&](const auto &goal) { return is_doomed(state, goal); });
}

bool PlanRunner::is_doomed(const State &state, const PlanGoal &goal) {
    return !goal.modules.empty() &&
           std::all_of(goal.modules.begin(), goal.modules.end(), [&](std::size_t index) {
               return state.progress[index].turn == Turn::Failed;
           });
}

std::optional<Failure> PlanRunner::carry_out(std::size_t index, KernelLog &log) {
    const auto &step = plan_.steps[index];
    return step.action == StepAction::RunCommand ? run_command(step) : load(index, log);
}

std::optional<Failure> PlanRunner::run_command(const PlanStep &step) {
    const ModuleCommand command{ModuleCommand::Kind::Install, step.command, step.module,
                                step.parameters.text(), step.command_place};
    const CommandLimits limits{hooks_.command_timeout, [this] {
                                   const auto state = state_.lock();
                                   note_cancel(*state);
                                   return state->canceled.has_value();
                               }};
    const auto end = mk::run_command(command, limits);
    state_.lock()->command_ran = true;
    const bool is_over = end.how == CommandEnd::How::Exited;
    // A command of a dependency is trusted, as by modprobe.
    if (is_over &&
        (loaded_.is_live(step.module) || (end.status == 0 && step.role != StepRole::Requested)))
        return std::nullopt;
    return command_failure(command, limits, end);
}

// It is live although this job has not loaded it: a command of this job did, or somebody else.
std::optional<Failure> PlanRunner::found_loaded(std::size_t index, const ModuleName &name) {
    const auto &step = plan_.steps[index];
    const auto state = state_.lock();
    state->progress[index].name = name;
    if (step.role == StepRole::Requested && plan_.goals.size() == 1 && !request_.several &&
        !state->command_ran)
        return already_loaded(name, !request_.parameters.empty());
    return std::nullopt;
}

// The kernel uses the name inside the file, the index the name of the file.
ModuleName PlanRunner::kernel_name(const PlanStep &step) const {
    const auto state = loaded_.state(step.module);
    const bool is_there = state == LoadState::Live || state == LoadState::Going;
    return is_there ? step.module : module_name_of(step.path);
}

// Newer kernels answer EBUSY.
bool PlanRunner::is_going(int error, const ModuleName &name) const {
    return (error == EEXIST || error == EBUSY) && loaded_.state(name) == LoadState::Going;
}

// Why the kernel says that a module of that name exists, as far as that is known; it has waited for
// the end of a load. Nothing: there is no failure.
std::optional<Failure> PlanRunner::loaded_otherwise(std::size_t index, const ModuleName &name) {
    if (loaded_.is_live(name))
        return found_loaded(index, name);
    return Error{ErrorCode::InUse,
                 fmt::format("module {} was not loaded: a module of this name is being unloaded; "
                             "try again when its exit has finished",
                             name)};
}

std::optional<Failure> PlanRunner::load(std::size_t index, KernelLog &log) {
    const auto &step = plan_.steps[index];
    if (step.problem)
        return *step.problem;
    if (identity_of(step.path) != files_[index])
        return Error{ErrorCode::Failed,
                     fmt::format("module {} was not loaded: its file {} changed after the load was "
                                 "planned; try again",
                                 step.module, quote(step.path))};
    if (loaded_.is_live(step.module))
        return found_loaded(index, step.module);
    log.skip();
    const auto answer = TRY(calls_.insert({step.module, step.path, step.parameters.text(),
                                           request_.force_vermagic, request_.force_modversions}));
    const int error = answer;
    const auto name = kernel_name(step);
    if ((error == EEXIST && loaded_.is_live(name)) || is_going(error, name))
        return loaded_otherwise(index, name);
    if (error != 0)
        return refusal(step, error, log.lines_about(step.module));
    if (step.role == StepRole::Requested && !loaded_.is_live(name))
        return Error{ErrorCode::Failed,
                     fmt::format("module {} was loaded, but somebody unloaded it at once", name)};
    const auto state = state_.lock();
    state->progress[index].name = name;
    state->loaded_here.push_back(name);
    return std::nullopt;
}

Failure PlanRunner::refusal(const PlanStep &step, int error, std::vector<std::string> log) {
    LoadRefusal refusal;
    refusal.module = step.module;
    refusal.path = step.path;
    refusal.error = error;
    if (auto file = describe_file(step.path))
        refusal.vermagic = file.value().vermagic;
    refusal.log = std::move(log);
    refusal.is_log_public = configured_text(step).is_public();
    if (can_file_tell(driver::Stage::Unknown, error))
        refusal.checks = check_file(step);
    else if (is_device_missing(error))
        if (auto device = device_check(step.path))
            refusal.checks = {std::move(*device)};
    const auto state = state_.lock();
    if (!state->kernel)
        state->kernel = KernelState::read();
    refusal.kernel = *state->kernel;
    return refusal;
}

// What it finds in parameters may be told to everybody: those that are hidden are left out.
Diagnoses PlanRunner::check_file(const PlanStep &step) {
    const auto preflight = preflight_.lock();
    if (!*preflight)
        if (auto made = Preflight::create({}))
            preflight->emplace(made.take());
    if (!*preflight)
        return {};
    PreflightRequest request;
    request.path = step.path;
    if (configured_text(step).is_public())
        request.parameters = assignment_texts(step.parameters.text());
    request.with_dependencies = false;
    request.force_vermagic = request_.force_vermagic;
    request.force_modversions = request_.force_modversions;
    return only_failing((*preflight)->check(request));
}

bool PlanRunner::is_loaded_here(const State &state, const ModuleName &module) {
    const auto &all = state.loaded_here;
    return std::find(all.begin(), all.end(), module) != all.end();
}

const ModuleName &PlanRunner::name_of(const State &state, std::size_t index) const {
    const auto &name = state.progress[index].name;
    return name.empty() ? plan_.steps[index].module : name;
}

// One of its modules is enough.
void PlanRunner::judge(const State &state, const PlanGoal &goal, JobOutcome &outcome) const {
    const Failure *first = nullptr;
    bool any = false;
    for (auto index : goal.modules) {
        const auto &progress = state.progress[index];
        if (progress.turn == Turn::Done) {
            const auto &step = plan_.steps[index];
            const auto &name = name_of(state, index);
            outcome.modules.push_back(name);
            if (is_path(goal.target) && files_[index] && is_loaded_here(state, name))
                outcome.files.push_back({name, step.path, *files_[index]});
            any = true;
        } else if (!first && progress.failure) {
            first = &*progress.failure;
        }
    }
    if (any || !first)
        return;
    auto failure = *first;
    if (auto *refused = std::get_if<LoadRefusal>(&failure))
        refused->target =
            is_path(goal.target) ? goal.target : plan_.steps[goal.modules.front()].module;
    outcome.failures.push_back(std::move(failure));
}

void PlanRunner::undo(const State &state, JobOutcome &outcome) {
    for (auto module = state.loaded_here.rbegin(); module != state.loaded_here.rend(); ++module) {
        bool gone = calls_.remove(*module, O_NONBLOCK) == 0;
        (gone ? outcome.undone : outcome.left).push_back(*module);
        std::erase(outcome.modules, *module);
        if (!gone)
            continue;
        std::erase(outcome.loaded, *module);
        std::erase_if(outcome.files, [&](const auto &one) { return one.module == *module; });
    }
}

} // namespace mk
