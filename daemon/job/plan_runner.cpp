// SPDX-License-Identifier: GPL-2.0-only
#include "job/plan_runner.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "base/module_name.hpp"
#include "elf/modinfo_section.hpp"
#include "job/planner.hpp"
#include "kmod/install_command.hpp"
#include "system/kernel_log.hpp"

namespace mk {

namespace {

// Inits that sleep take no processor: more threads than there are of those.
std::size_t helpers_max() {
    const std::size_t processors = std::thread::hardware_concurrency();
    return std::clamp<std::size_t>(2 * processors, 4, 16) - 1;
}

} // namespace

PlanRunner::PlanRunner(const Plan &plan, const LoadRequest &request, const LoadedModules &loaded,
                       JobHooks hooks, ModuleCalls &calls)
    : plan_(plan), request_(request), loaded_(loaded), hooks_(std::move(hooks)), calls_(calls),
      progress_(plan.steps.size()) {
    for (std::size_t i = 0; i < plan.steps.size(); ++i)
        progress_[i].file = identity_of(plan.steps[i].path);
}

JobOutcome PlanRunner::run() {
    work();
    // All steps are settled: no more are added.
    for (auto &helper : helpers_)
        helper.join();
    note_cancel(); // while the last one was in the kernel
    JobOutcome outcome;
    for (const auto &goal : plan_.goals)
        judge(goal, outcome);
    outcome.loaded = loaded_here_;
    if (canceled_)
        outcome.failures.insert(outcome.failures.begin(), *canceled_);
    if (!outcome.failures.empty() && !request_.keep_going)
        undo(outcome);
    return outcome;
}

void PlanRunner::note_cancel() {
    if (canceled_ || !hooks_.canceled || !hooks_.canceled())
        return;
    stopping_ = true;
    canceled_ = Error{ErrorCode::Canceled, "the load was canceled"};
}

void PlanRunner::work() {
    KernelLog log;
    std::unique_lock lock(mutex_);
    while (settled_ < progress_.size()) {
        auto index = take();
        if (!index) {
            if (settled_ < progress_.size()) {
                ++idle_;
                changed_.wait(lock);
                --idle_;
            }
            continue;
        }
        const auto &step = plan_.steps[*index];
        if (is_work(step)) {
            call_another();
            if (hooks_.started)
                hooks_.started(step.module);
        }
        lock.unlock();
        auto failure = is_work(step) ? carry_out(*index, log) : std::nullopt;
        lock.lock();
        settle(*index, std::move(failure));
        if (is_work(step) && hooks_.ended)
            hooks_.ended(step.module);
    }
    changed_.notify_all();
}

// Where several steps can be taken, under the mutex. A chain is loaded by one thread alone: what
// another one would do is wait.
void PlanRunner::call_another() {
    bool is_more = false;
    for (std::size_t i = 0; i < progress_.size() && !is_more; ++i)
        is_more = progress_[i].state == State::Waiting && (stopping_ || is_ready(i));
    if (!is_more)
        return;
    static const auto most = helpers_max();
    if (idle_ > 0)
        changed_.notify_one();
    else if (helpers_.size() < most)
        try {
            helpers_.emplace_back([this] { work(); });
        } catch (const std::system_error &) { // no more can be had: those that are there do it
        }
}

// The next step that can be taken, under the mutex. Settles those that cannot be taken any more.
std::optional<std::size_t> PlanRunner::take() {
    if (!stopping_)
        note_cancel();
    for (std::size_t i = 0; i < progress_.size(); ++i) {
        if (progress_[i].state != State::Waiting)
            continue;
        if (stopping_) {
            progress_[i].state = State::Skipped;
            ++settled_;
            continue;
        }
        if (!is_ready(i))
            continue;
        progress_[i].state = State::Running;
        return i;
    }
    return std::nullopt;
}

bool PlanRunner::is_ready(std::size_t index) {
    const auto &step = plan_.steps[index];
    for (auto needed : step.needs) {
        auto state = progress_[needed].state;
        if (state == State::Failed) {
            // The reason that is told is that of the first.
            settle(index, progress_[needed].failure);
            return false;
        }
        if (state != State::Done)
            return false;
    }
    return std::all_of(step.after.begin(), step.after.end(), [&](std::size_t other) {
        auto state = progress_[other].state;
        return state != State::Waiting && state != State::Running;
    });
}

void PlanRunner::settle(std::size_t index, std::optional<Failure> failure) {
    auto &mine = progress_[index];
    mine.state = failure ? State::Failed : State::Done;
    mine.failure = std::move(failure);
    ++settled_;
    if (mine.state == State::Failed && !request_.keep_going)
        stopping_ = stopping_ || std::any_of(plan_.goals.begin(), plan_.goals.end(),
                                             [&](const auto &goal) { return is_doomed(goal); });
}

bool PlanRunner::is_doomed(const PlanGoal &goal) const {
    return !goal.modules.empty() &&
           std::all_of(goal.modules.begin(), goal.modules.end(),
                       [&](std::size_t index) { return progress_[index].state == State::Failed; });
}

std::optional<Failure> PlanRunner::carry_out(std::size_t index, KernelLog &log) {
    const auto &step = plan_.steps[index];
    return step.action == StepAction::RunCommand ? run_command(step) : load(index, log);
}

std::optional<Failure> PlanRunner::run_command(const PlanStep &step) {
    const ModuleCommand command{ModuleCommand::Kind::Install, step.command, step.module,
                                step.parameters, step.is_public};
    const CommandLimits limits{hooks_.command_timeout, [this] {
                                   const std::lock_guard lock(mutex_);
                                   note_cancel();
                                   return canceled_.has_value();
                               }};
    const auto end = mk::run_command(command, limits);
    {
        const std::lock_guard lock(mutex_);
        command_ran_ = true;
    }
    const bool is_over = end.how == CommandEnd::How::Exited;
    // For a dependency the command's word is taken, as modprobe does.
    if (is_over &&
        (loaded_.is_live(step.module) || (end.status == 0 && step.role != StepRole::Requested)))
        return std::nullopt;
    return command_failure(command, limits, end);
}

// It is live though this job has not given it to the kernel: a command of this job did, or somebody
// else was faster.
std::optional<Failure> PlanRunner::found_loaded(std::size_t index, const std::string &name) {
    const auto &step = plan_.steps[index];
    const std::lock_guard lock(mutex_);
    progress_[index].name = name;
    if (step.role == StepRole::Requested && plan_.goals.size() == 1 && !request_.several &&
        !command_ran_)
        return already_loaded(name, !request_.parameters.empty());
    return std::nullopt;
}

// The kernel goes by what a file says of itself, the index by what the file is called.
std::string PlanRunner::kernel_name(const PlanStep &step) const {
    const auto state = loaded_.state(step.module);
    const bool is_there = state == LoadState::Live || state == LoadState::Going;
    return is_there ? step.module : module_name_of(step.path);
}

// Newer kernels answer EBUSY.
bool PlanRunner::is_going(int error, const std::string &name) const {
    return (error == EEXIST || error == EBUSY) && loaded_.state(name) == LoadState::Going;
}

// Why the kernel says that one of that name is there, as far as that shows; it has waited for the
// end of a load. Nothing: it is fine.
std::optional<Failure> PlanRunner::loaded_otherwise(std::size_t index, const std::string &name) {
    if (loaded_.is_live(name))
        return found_loaded(index, name);
    return Error{ErrorCode::InUse,
                 fmt::format("module {} was not loaded: one of this name is being unloaded; try "
                             "again when its exit is done",
                             name)};
}

std::optional<Failure> PlanRunner::load(std::size_t index, KernelLog &log) {
    const auto &step = plan_.steps[index];
    if (step.problem)
        return *step.problem;
    if (identity_of(step.path) != progress_[index].file)
        return Error{ErrorCode::Failed,
                     fmt::format("module {} was not loaded: its file {} changed after the load was "
                                 "planned; try again",
                                 step.module, quote(step.path))};
    if (loaded_.is_live(step.module))
        return found_loaded(index, step.module);
    log.skip();
    const auto answer = calls_.insert({step.module, step.path, step.parameters,
                                       request_.force_vermagic, request_.force_modversions});
    if (!answer)
        return answer.error();
    const int error = answer.value();
    const auto name = kernel_name(step);
    if ((error == EEXIST && loaded_.is_live(name)) || is_going(error, name))
        return loaded_otherwise(index, name);
    if (error != 0)
        return refusal(step, error, log.lines_about(step.module));
    if (step.role == StepRole::Requested && !loaded_.is_live(name))
        return Error{ErrorCode::Failed,
                     fmt::format("module {} was loaded and is gone again: somebody unloaded it at "
                                 "once",
                                 name)};
    const std::lock_guard lock(mutex_);
    progress_[index].name = name;
    loaded_here_.push_back(name);
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
    const std::lock_guard lock(mutex_);
    if (!kernel_)
        kernel_ = KernelState::read();
    refusal.kernel = *kernel_;
    return refusal;
}

bool PlanRunner::is_loaded_here(const std::string &module) const {
    return std::find(loaded_here_.begin(), loaded_here_.end(), module) != loaded_here_.end();
}

const std::string &PlanRunner::name_of(std::size_t index) const {
    const auto &name = progress_[index].name;
    return name.empty() ? plan_.steps[index].module : name;
}

// One of its modules is enough.
void PlanRunner::judge(const PlanGoal &goal, JobOutcome &outcome) const {
    const Failure *first = nullptr;
    bool any = false;
    for (auto index : goal.modules) {
        if (progress_[index].state == State::Done) {
            const auto &step = plan_.steps[index];
            const auto &name = name_of(index);
            outcome.modules.push_back(name);
            if (is_path(goal.target) && progress_[index].file && is_loaded_here(name))
                outcome.files.push_back({name, step.path, *progress_[index].file});
            any = true;
        } else if (!first && progress_[index].failure) {
            first = &*progress_[index].failure;
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

void PlanRunner::undo(JobOutcome &outcome) {
    for (auto module = loaded_here_.rbegin(); module != loaded_here_.rend(); ++module) {
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
