// SPDX-License-Identifier: GPL-2.0-only
#include "job/request_check.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/module_name.hpp"
#include "base/public_file.hpp"
#include "job/reloader.hpp"
#include "kmod/parameters.hpp"

namespace mk {

namespace {

std::optional<Error> wrong_name(const LoadRequest &request, const Plan &plan) {
    const bool is_any = std::any_of(plan.goals.begin(), plan.goals.end(),
                                    [](const auto &goal) { return !goal.modules.empty(); });
    auto blocked = obstacles(request, plan);
    // What can be loaded is loaded, if that is wanted.
    if (blocked.empty() || blocked.front().code != ErrorCode::NotFound ||
        (is_any && request.keep_going))
        return std::nullopt;
    auto &error = blocked.front();
    error.message += and_more(blocked.size());
    return std::move(error);
}

std::optional<Error> wrong_parameter(const LoadRequest &request, const Plan &plan, ToldTo told) {
    const bool is_one = plan.goals.size() == 1 && plan.goals.front().modules.size() == 1;
    if (request.parameters.empty() || !is_one || request.keep_going)
        return std::nullopt;
    const auto &step = plan.steps[plan.goals.front().modules.front()];
    if (step.action != StepAction::Load ||
        (told == ToldTo::Everybody && !everybody_reads(step.path)))
        return std::nullopt;
    const auto file = describe_file(step.path);
    const auto checked = file ? check_parameters(file.value(), request.parameters) : Result<void>();
    return checked ? std::nullopt : std::optional(checked.error());
}

bool names_file(const LoadRequest &request) {
    return std::any_of(request.targets.begin(), request.targets.end(), is_path);
}

// Whether the audience could have found out the same.
bool is_sure(const Error &error, const LoadRequest &request, Planner::Basis basis, ToldTo told) {
    if (error.code == ErrorCode::NotFound && !names_file(request) && !basis.has_index)
        return false;
    return told == ToldTo::Everybody ? basis.is_public : basis.is_whole;
}

} // namespace

std::optional<Error> fault_in(Planner &planner, const LoadRequest &request, ToldTo told) {
    if (told == ToldTo::Everybody && names_file(request))
        return std::nullopt;
    const auto plan = planner.plan(request);
    if (!plan)
        return std::nullopt;
    auto error = wrong_name(request, plan.value());
    if (!error)
        error = wrong_parameter(request, plan.value(), told);
    if (!error || !is_sure(*error, request, planner.basis(), told))
        return std::nullopt;
    const auto &target = request.targets.front();
    if (request.targets.size() == 1)
        error->facts.module = ModuleName::of_target(target);
    return error;
}

std::optional<LoadRequest> load_of(const JobRequest &request) {
    if (const auto *load = std::get_if<LoadRequest>(&request))
        return *load;
    const auto *reload = std::get_if<ReloadRequest>(&request);
    if (!reload)
        return std::nullopt;
    auto load = load_request_of(*reload);
    load.ignore_loaded = true; // it will not be loaded when its turn comes
    return load;
}

} // namespace mk
