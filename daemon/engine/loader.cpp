// SPDX-License-Identifier: GPL-2.0-only
#include "engine/loader.hpp"

#include <algorithm>

#include "engine/parameters.hpp"

namespace mk::engine {

namespace {

JobOutcome failed(Error error) {
    JobOutcome outcome;
    outcome.failures.emplace_back(std::move(error));
    return outcome;
}

// Of several modules those that are there already are no failure: nothing is to be done for them.
std::vector<Failure> obstacles(const LoadRequest &request, const Plan &plan) {
    std::vector<Failure> result;
    for (const auto &goal : plan.goals) {
        if (!goal.modules.empty() || goal.obstacles.empty())
            continue;
        const auto &first = goal.obstacles.front();
        if (request.targets.size() == 1 || first.code == ErrorCode::DeniedByPolicy)
            result.emplace_back(first);
    }
    return result;
}

} // namespace

// What the file says of itself: read when one module is asked for, whose reasons a person waits
// for; of a hundred the kernel says it as well.
Result<void> Loader::check_file(const LoadRequest &request, const Plan &plan) const {
    if (request.targets.size() != 1)
        return {};
    auto catalog = Catalog::create(places_);
    if (!catalog)
        return catalog.error();
    for (auto index : plan.goals.front().modules) {
        const auto &step = plan.steps[index];
        if (step.action != StepAction::Load)
            continue;
        auto file = catalog.value().find(step.path);
        if (!file)
            return file.error();
        if (auto checked = check_parameters(file.value(), request.parameters); !checked)
            return checked;
    }
    return {};
}

Result<void> Loader::check(const LoadRequest &request) {
    LoadRequest anew = request;
    anew.ignore_loaded = true;
    auto planned = planner_.plan(anew);
    if (!planned)
        return planned.error();
    for (const auto &goal : planned.value().goals)
        if (goal.modules.empty() && !goal.obstacles.empty())
            return goal.obstacles.front();
    return check_file(request, planned.value());
}

JobOutcome Loader::load(const LoadRequest &request, JobHooks hooks) {
    auto planned = planner_.plan(request);
    if (!planned)
        return failed(planned.error());
    const auto &plan = planned.value();
    auto blocked = obstacles(request, plan);
    if (!blocked.empty() && !request.keep_going)
        return {{}, std::move(blocked), {}, {}};
    if (auto checked = check_file(request, plan); !checked)
        return failed(checked.error());
    if (hooks.planned)
        hooks.planned(
            static_cast<std::size_t>(std::count_if(plan.steps.begin(), plan.steps.end(), is_work)));
    auto outcome = PlanRunner(plan, request, loaded_, std::move(hooks), calls_).run();
    std::move(blocked.begin(), blocked.end(), std::back_inserter(outcome.failures));
    return outcome;
}

} // namespace mk::engine
