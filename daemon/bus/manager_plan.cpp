// SPDX-License-Identifier: GPL-2.0-only
// Method Plan, which answers at once from the index that the daemon keeps, or from a process of its
// own for many or unknown names.
#include <algorithm>
#include <array>
#include <memory>
#include <optional>

#include "base/assignments.hpp"
#include "base/module_name.hpp"
#include "bus/arguments.hpp"
#include "bus/bus_error.hpp"
#include "bus/manager_object.hpp"
#include "bus/task_result_codec.hpp"
#include "kmod/parameters.hpp"

namespace mk::bus {

namespace {

// Finding out that no module has an alias takes a millisecond.
constexpr std::size_t planned_here_max = 4;

Result<LoadRequest> read_plan(sd_bus_message *call) {
    LoadRequest request;
    const std::array<Option, 3> known = {{{"ignore-blacklist", &request.ignore_blacklist},
                                          {"ignore-install", &request.ignore_install},
                                          {"ignore-loaded", &request.ignore_loaded}}};
    auto targets = TRY(read_strings(call, targets_max, "modules"));
    auto parameters = TRY(read_strings(call, parameters_max, "parameters"));
    TRY(read_options(call, "Plan", known));
    request.targets = std::move(targets);
    request.parameters = std::move(parameters);
    // Everybody may call, and the daemon may read what the caller may not.
    if (std::any_of(request.targets.begin(), request.targets.end(), is_path))
        return Error{ErrorCode::InvalidArgument,
                     "Plan takes names and aliases; for a file, use modkeeper plan FILE"};
    return request;
}

Row row_of(const Plan &plan, const PlanStep &step) {
    std::vector<std::string> needs;
    for (auto index : step.needs)
        needs.push_back(plan.steps[index].module);
    const auto text = configured_text(step).for_everybody();
    const bool is_command = step.action == StepAction::RunCommand;
    Row row = {{"module", step.module},
               {"action", std::string(action_name(step.action))},
               {"why", std::string(role_name(step.role))},
               {"arguments", assignment_texts(is_command ? "" : text)},
               {"needs", std::move(needs)}};
    if (is_command)
        row.push_back({"command", text});
    return row;
}

Result<Answer> make_plan(Planner &planner, const LoadRequest &request) {
    const auto plan = TRY(planner.plan(request));
    for (const auto &goal : plan.goals)
        if (goal.modules.empty() && !goal.obstacles.empty())
            return goal.obstacles.front();
    Answer answer;
    for (const auto &step : plan.steps)
        answer.rows.push_back(row_of(plan, step));
    return answer;
}

int append_plan(sd_bus_message *reply, const Answer &answer) {
    return append_rows(reply, answer.rows);
}

} // namespace

int ManagerObject::on_plan(sd_bus_message *message, void *userdata, sd_bus_error *error) {
    auto &parts = static_cast<ManagerObject *>(userdata)->parts_;
    auto request = read_plan(message);
    if (!request)
        return refuse(message, request.error());
    std::optional<Error> known;
    if (request.value().targets.size() <= planned_here_max) {
        const auto plan = make_plan(parts.planner, request.value());
        if (plan || plan.error().code != ErrorCode::NotFound) {
            reply_answer(message, plan, append_plan);
            return 1;
        }
        // What is near such a name takes reading all of them, which may find no room elsewhere.
        known = plan.error();
    }
    const auto *caller = parts.callers.find(message);
    if (!caller)
        return set_error(error, {ErrorCode::NotAuthorized, "the caller has left the bus"});
    parts.background.run(
        {caller->account, false},
        [planner = std::make_shared<Planner>(parts.planner.telling_all()),
         wanted = std::move(request.value())] {
            return encode_answer(make_plan(*planner, wanted));
        },
        [call = keep(message), known = std::move(known)](const Result<std::string> &bytes) {
            const Result<Answer> plan = bytes   ? decode_answer(bytes.value())
                                        : known ? *known
                                                : bytes.error();
            reply_answer(call.get(), plan, append_plan);
        });
    return 1;
}

} // namespace mk::bus
