// SPDX-License-Identifier: GPL-2.0-only
#include "cli/output/plan_report.hpp"

#include <algorithm>
#include <cstdio>
#include <optional>

#include "base/assignments.hpp"
#include "base/printable.hpp"
#include "base/terminal.hpp"
#include "cli/diagnostics.hpp"
#include "cli/output/diagnosis_text.hpp"
#include "cli/output/job_output.hpp"
#include "cli/output/json.hpp"
#include "cli/output/table.hpp"
#include "job/planner.hpp"
#include "kmod/catalog.hpp"
#include "kmod/modprobe_configuration.hpp"
#include "kmod/places.hpp"
#include "preflight/preflight.hpp"

namespace mk::cli {
namespace {

// One list for each step.
using Problems = std::vector<Diagnoses>;
using WeakNeeds = std::vector<std::vector<std::string>>;

// Names and aliases that a module may request once it is loaded: a load does not include them, but
// an initramfs must.
WeakNeeds weak_needs(const Plan &plan, const ConfigurationPlaces &places,
                     const ModprobeConfiguration &configuration) {
    WeakNeeds weak(plan.steps.size());
    auto catalog = Catalog::create(places.catalog());
    for (std::size_t i = 0; catalog && i < plan.steps.size(); ++i) {
        const PlanStep &step = plan.steps[i];
        if (step.action != StepAction::Load)
            continue;
        // the check reports problems of the file
        if (const auto file = catalog.value().find(step.path))
            weak[i] = file.value().weak_depends;
        for (auto &name : configuration.weak_dependencies(step.module))
            if (std::find(weak[i].begin(), weak[i].end(), name) == weak[i].end())
                weak[i].push_back(std::move(name));
    }
    return weak;
}

std::vector<std::string> parameters_of(const LoadRequest &request, const PlanStep &step) {
    return step.role == StepRole::Requested ? request.parameters : std::vector<std::string>{};
}

Problems check_commands(const Plan &plan) {
    Problems problems(plan.steps.size());
    for (std::size_t i = 0; i < plan.steps.size(); ++i)
        if (auto problem = command_problem(plan.steps[i]))
            problems[i].push_back(std::move(*problem));
    return problems;
}

void check_files(const LoadRequest &request, const ConfigurationPlaces &places, const Plan &plan,
                 Problems &problems) {
    auto preflight = Preflight::create(places);
    if (!preflight)
        return note(preflight.error().message + ": the files were not checked");
    std::vector<std::string> before;
    for (std::size_t i = 0; i < plan.steps.size(); ++i) {
        const PlanStep &step = plan.steps[i];
        if (step.action != StepAction::Load)
            continue;
        PreflightRequest file;
        file.path = step.path;
        file.parameters = parameters_of(request, step);
        file.configured = step.configured.text();
        file.before = before;
        // the plan itself has the modules that come before
        file.with_dependencies = false;
        file.force_vermagic = request.force_vermagic;
        file.force_modversions = request.force_modversions;
        problems[i] = preflight.value().check(file);
        before.push_back(step.path);
    }
}

// The first problem that would make the load of a requested module fail.
std::optional<Error> first_failure(const Plan &plan, const Problems &problems) {
    std::vector<bool> fails(plan.steps.size());
    std::vector<std::size_t> reason(plan.steps.size());
    for (std::size_t i = 0; i < plan.steps.size(); ++i) {
        fails[i] = would_fail(problems[i]);
        reason[i] = i;
        for (const std::size_t needed : plan.steps[i].needs)
            if (!fails[i] && fails[needed]) {
                fails[i] = true;
                reason[i] = reason[needed];
            }
    }
    for (const PlanGoal &goal : plan.goals) {
        const bool any = std::any_of(goal.modules.begin(), goal.modules.end(),
                                     [&](std::size_t index) { return !fails[index]; });
        if (any || goal.modules.empty())
            continue;
        const std::size_t index = reason[goal.modules.front()];
        for (const Diagnosis &problem : problems[index])
            if (problem.severity == Severity::Fails)
                return Error{problem.code(), "module " + plan.steps[index].module +
                                                 " would be refused: " + problem.reason};
    }
    return std::nullopt;
}

// Why a target is not in the plan at all. In a list, loaded modules are no failure.
std::optional<Error> first_obstacle(const Plan &plan) {
    std::optional<Error> loaded;
    bool any = false;
    for (const PlanGoal &goal : plan.goals) {
        any = any || !goal.modules.empty();
        if (!goal.modules.empty() || goal.obstacles.empty())
            continue;
        const Error &error = goal.obstacles.front();
        if (error.code != ErrorCode::AlreadyLoaded && error.code != ErrorCode::BuiltIn)
            return error;
        if (!loaded)
            loaded = error;
    }
    return any ? std::nullopt : loaded;
}

Json json_of(const Plan &plan, const PlanStep &step, const Diagnoses &problems,
             const std::vector<std::string> &weak) {
    Json needs = Json::array();
    for (const std::size_t index : step.needs)
        needs.push_back(plan.steps[index].module);
    Json arguments = assignment_texts(step.parameters.text());
    Json list = Json::array();
    for (const Diagnosis &problem : problems)
        list.push_back(cli::json_of(problem));
    return object({{"module", step.module},
                   {"action", action_name(step.action)},
                   {"why", role_name(step.role)},
                   {"file", text_or_null(step.path)},
                   {"arguments", arguments},
                   {"command", text_or_null(step.command.text())},
                   {"needs", std::move(needs)},
                   {"weak_needs", weak},
                   {"problems", std::move(list)}});
}

void print_json(const Plan &plan, const Problems &problems, const WeakNeeds &weak,
                const std::optional<Error> &failure) {
    Json steps = Json::array();
    for (std::size_t i = 0; i < plan.steps.size(); ++i)
        steps.push_back(json_of(plan, plan.steps[i], problems[i], weak[i]));
    Json json = object({{"result", failure ? "would-fail" : "would-succeed"},
                        {"error", failure ? Json(std::string(error_name(failure->code))) : Json()},
                        {"message", failure ? Json(failure->message) : Json()},
                        {"steps", std::move(steps)}});
    std::fputs(json_text(json).c_str(), stdout);
}

const char *words_of(StepAction action) {
    switch (action) {
    case StepAction::RunCommand:
        return "run command";
    case StepAction::Loaded:
        return "is loaded";
    case StepAction::BuiltIn:
        return "is built in";
    case StepAction::Load:
        break;
    }
    return "load";
}

const char *words_of(StepRole role) {
    switch (role) {
    case StepRole::Dependency:
        return "dependency";
    case StepRole::SoftdepBefore:
        return "softdep, before";
    case StepRole::SoftdepAfter:
        return "softdep, after";
    case StepRole::Requested:
        break;
    }
    return "asked for";
}

void print_text(const Plan &plan, const Problems &problems, const WeakNeeds &weak) {
    Table table({{"", Table::Align::Right}, {"MODULE"}, {"ACTION"}, {"WHY"}, {"PARAMETERS"}});
    for (std::size_t i = 0; i < plan.steps.size(); ++i) {
        const PlanStep &step = plan.steps[i];
        table.add({std::to_string(i + 1), printable(step.module), words_of(step.action),
                   words_of(step.role), printable(configured_text(step).text())});
    }
    if (!plan.steps.empty())
        std::fputs(table.text().c_str(), stdout);
    for (std::size_t i = 0; i < plan.steps.size(); ++i)
        for (const std::string &name : weak[i])
            std::printf("%s may request %s once it is loaded\n",
                        printable(plan.steps[i].module).c_str(), printable(name).c_str());
    for (std::size_t i = 0; i < plan.steps.size(); ++i)
        for (const Diagnosis &problem : problems[i]) {
            const bool fails = problem.severity == Severity::Fails;
            const std::string head =
                printable(plan.steps[i].module) + (fails ? " would be refused: " : ": warning: ");
            std::printf("%s%s\n", painted(head, fails ? Colour::Red : Colour::Yellow).c_str(),
                        printable(problem.reason).c_str());
            for (const auto &remedy : problem.remedies)
                std::printf("    %s\n", printable(remedy).c_str());
        }
}

} // namespace

Ended report_plan(const Invocation &invocation, const LoadRequest &request,
                  const PlanReportOptions &options) {
    const auto &places = options.places;
    Planner planner(places.catalog(), places.loaded());
    const auto planned = planner.plan(request);
    if (!planned)
        return Failure{planned.error()};
    const auto configuration = ModprobeConfiguration::read(places);
    for (const auto &file : configuration.unread())
        note("not read: " + file.path + ": " + file.reason +
             "; the plan does not take it into account");
    // of this machine libkmod itself complains
    for (const auto &line : configuration.lines())
        if (line.kind == LineKind::Unknown && !places.root.empty())
            note(line.origin.text() + ": modprobe skips the line that begins with \"" +
                 printable(line.name) + "\"; next: modkeeper cat --root " + printable(places.root));
    const Plan &plan = planned.value();
    if (const auto obstacle = first_obstacle(plan))
        return Failure{*obstacle};
    Problems problems = check_commands(plan);
    if (options.check)
        check_files(request, places, plan, problems);
    const WeakNeeds weak = weak_needs(plan, places, configuration);
    const auto failure = first_failure(plan, problems);
    if (invocation.json)
        print_json(plan, problems, weak, failure);
    else
        print_text(plan, problems, weak);
    return failure ? exit_code_of(failure->code) : ExitCode::Ok;
}

} // namespace mk::cli
