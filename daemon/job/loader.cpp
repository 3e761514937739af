// SPDX-License-Identifier: GPL-2.0-only
#include "job/loader.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include "job/watched_calls.hpp"
#include "kmod/configured_parameters.hpp"
#include "kmod/parameters.hpp"

namespace mk {

namespace {

JobOutcome failed(Error error) {
    JobOutcome outcome;
    outcome.failures.emplace_back(std::move(error));
    return outcome;
}

// The steps without which no goal is reached: of a goal with one module that one and what it needs.
std::set<std::size_t> steps_that_must_work(const Plan &plan) {
    std::vector<std::size_t> next;
    for (const auto &goal : plan.goals)
        if (goal.modules.size() == 1)
            next.push_back(goal.modules.front());
    std::set<std::size_t> result;
    while (!next.empty()) {
        const auto index = next.back();
        next.pop_back();
        if (result.insert(index).second)
            next.insert(next.end(), plan.steps[index].needs.begin(), plan.steps[index].needs.end());
    }
    return result;
}

} // namespace

// Given parameters are for one module, and a person waits for the reasons; those of modprobe.d are
// few, and the caller does not see them.
Result<void> Loader::check_step(const LoadRequest &request, const PlanStep &step) const {
    const bool is_given = step.role == StepRole::Requested && request.targets.size() == 1;
    if (step.action != StepAction::Load || (!is_given && step.configured.empty()))
        return {};
    const auto file = TRY(describe_file(step.path));
    if (is_given)
        TRY(check_parameters(file, request.parameters));
    return check_configured(places_, file, step.configured.text());
}

// Checks of parameters by the files, before the kernel is asked for anything.
Result<void> Loader::check_files(const LoadRequest &request, Plan &plan) const {
    for (const auto index : steps_that_must_work(plan)) {
        auto &step = plan.steps[index];
        if (auto checked = check_step(request, step); !checked) {
            if (!request.keep_going)
                return checked;
            step.problem = checked.error();
        }
    }
    return {};
}

// Of what must be loaded, in the order in which it would be: a dependency that is denied refuses
// the rest before anything is loaded for it.
std::optional<LoadRefusal> Loader::denied(const LoadRequest &request, const Plan &plan) const {
    if (!policy_ || request.keep_going)
        return std::nullopt;
    for (const auto index : steps_that_must_work(plan)) {
        const auto &step = plan.steps[index];
        // before a reload all are planned, and what it needs stays loaded
        if (step.action != StepAction::Load ||
            (step.role != StepRole::Requested && is_in_kernel(loaded_.state(step.module))))
            continue;
        if (auto refusal = policy_(step)) {
            refusal->target = request.targets.front();
            return refusal;
        }
    }
    return std::nullopt;
}

Result<void> Loader::check(const LoadRequest &request) {
    LoadRequest anew = request;
    anew.ignore_loaded = true;
    auto planned = TRY(planner_.plan(anew));
    for (const auto &goal : planned.goals)
        if (goal.modules.empty() && !goal.obstacles.empty())
            return goal.obstacles.front();
    return check_files(request, planned);
}

std::optional<LoadRefusal> Loader::denied(const LoadRequest &request) {
    const auto planned = planner_.plan(request);
    return planned ? denied(request, planned.value()) : std::nullopt;
}

JobOutcome Loader::load(const LoadRequest &request, const JobHooks &given) {
    const JobHooks hooks = serialized(given);
    WatchedCalls calls(calls_, hooks);
    auto planned = planner_.plan(request);
    if (!planned)
        return failed(planned.error());
    auto &plan = planned.value();
    auto blocked = obstacles(request, plan);
    if (!blocked.empty() && !request.keep_going) {
        JobOutcome outcome;
        std::move(blocked.begin(), blocked.end(), std::back_inserter(outcome.failures));
        return outcome;
    }
    if (auto checked = check_files(request, plan); !checked)
        return failed(checked.error());
    if (auto refusal = denied(request, plan)) {
        JobOutcome outcome;
        outcome.failures.emplace_back(std::move(*refusal));
        return outcome;
    }
    if (hooks.planned)
        hooks.planned(
            static_cast<std::size_t>(std::count_if(plan.steps.begin(), plan.steps.end(), is_work)));
    auto outcome = PlanRunner(plan, request, loaded_, hooks, calls).run();
    std::move(blocked.begin(), blocked.end(), std::back_inserter(outcome.failures));
    return outcome;
}

} // namespace mk
