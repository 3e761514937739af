// SPDX-License-Identifier: GPL-2.0-only
// Plan: answers at once from the index that the daemon keeps in mind.
#include <algorithm>
#include <array>
#include <cerrno>

#include "bus/arguments.hpp"
#include "bus/bus_error.hpp"
#include "bus/manager_object.hpp"
#include "bus/utf8.hpp"
#include "engine/configuration/assignments.hpp"
#include "engine/module_name.hpp"
#include "engine/parameters.hpp"

namespace mk::bus {

namespace {

Result<engine::LoadRequest> read_plan(sd_bus_message *call) {
    engine::LoadRequest request;
    const std::array<Option, 3> known = {{{"ignore-blacklist", &request.ignore_blacklist},
                                          {"ignore-install", &request.ignore_install},
                                          {"ignore-loaded", &request.ignore_loaded}}};
    auto targets = read_strings(call, engine::targets_max, "modules");
    if (!targets)
        return targets.error();
    auto parameters = read_strings(call, engine::parameters_max, "parameters");
    if (!parameters)
        return parameters.error();
    if (auto read = read_options(call, "Plan", known); !read)
        return read.error();
    request.targets = std::move(targets.value());
    request.parameters = std::move(parameters.value());
    // Everybody may ask, and the daemon may read what the caller may not.
    if (std::any_of(request.targets.begin(), request.targets.end(), engine::is_path))
        return Error{ErrorCode::InvalidArgument,
                     "Plan takes names and aliases; for a file use modkeeper plan FILE"};
    return request;
}

std::vector<std::string> words_of(const std::string &parameters) {
    std::vector<std::string> words;
    for (const auto &one : engine::split_assignments(parameters))
        words.push_back(engine::to_text(one));
    return words;
}

int append_step(sd_bus_message *reply, const engine::Plan &plan, const engine::PlanStep &step) {
    std::vector<std::string> needs;
    for (auto index : step.needs)
        needs.push_back(plan.steps[index].module);
    int error = sd_bus_message_open_container(reply, SD_BUS_TYPE_ARRAY, "{sv}");
    if (error >= 0)
        error = sd_bus_message_append(
            reply, "{sv}{sv}{sv}", "module", "s", utf8(step.module).c_str(), "action", "s",
            engine::action_name(step.action), "why", "s", engine::role_name(step.role));
    const auto text = engine::configured_text(step).for_everybody();
    const bool is_command = step.action == engine::StepAction::RunCommand;
    if (error >= 0)
        error = append_entry(reply, "arguments", words_of(is_command ? "" : text));
    if (error >= 0)
        error = append_entry(reply, "needs", needs);
    if (error >= 0 && is_command)
        error = sd_bus_message_append(reply, "{sv}", "command", "s", utf8(text).c_str());
    return error < 0 ? error : sd_bus_message_close_container(reply);
}

Result<engine::Plan> make_plan(engine::Planner &planner, const engine::LoadRequest &request) {
    auto planned = planner.plan(request);
    if (!planned)
        return planned.error();
    for (const auto &goal : planned.value().goals)
        if (goal.modules.empty() && !goal.obstacles.empty())
            return goal.obstacles.front();
    return planned;
}

int reply_plan(sd_bus_message *call, const engine::Plan &plan) {
    sd_bus_message *raw = nullptr;
    if (int failed = sd_bus_message_new_method_return(call, &raw); failed < 0)
        return failed;
    const Message reply(raw);
    int result = sd_bus_message_open_container(raw, SD_BUS_TYPE_ARRAY, "a{sv}");
    for (const auto &step : plan.steps)
        if (result >= 0)
            result = append_step(raw, plan, step);
    if (result >= 0)
        result = sd_bus_message_close_container(raw);
    return result < 0 ? result : sd_bus_send(nullptr, raw, nullptr);
}

} // namespace

int ManagerObject::on_plan(sd_bus_message *call, void *userdata, sd_bus_error *error) {
    auto &self = *static_cast<ManagerObject *>(userdata);
    auto request = read_plan(call);
    if (!request)
        return set_error(error, request.error());
    const auto plan = make_plan(self.parts_.planner, request.value());
    return plan ? reply_plan(call, plan.value()) : set_error(error, plan.error());
}

} // namespace mk::bus
