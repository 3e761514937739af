// SPDX-License-Identifier: GPL-2.0-only
// Plan: answers at once from the index that the daemon keeps in mind.
#include <algorithm>
#include <array>
#include <cerrno>

#include "bus/arguments.hpp"
#include "bus/bus_error.hpp"
#include "bus/manager_object.hpp"
#include "bus/utf8.hpp"
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

int append_step(sd_bus_message *reply, const engine::Plan &plan, const engine::PlanStep &step) {
    int error = sd_bus_message_open_container(reply, SD_BUS_TYPE_STRUCT, "ssssas");
    if (error >= 0)
        error =
            sd_bus_message_append(reply, "ssss", utf8(step.module).c_str(),
                                  engine::action_name(step.action), engine::role_name(step.role),
                                  utf8(engine::configured_text(step).for_everybody()).c_str());
    std::vector<std::string> needs;
    for (auto index : step.needs)
        needs.push_back(plan.steps[index].module);
    if (error >= 0)
        error = append_strings(reply, needs);
    return error < 0 ? error : sd_bus_message_close_container(reply);
}

} // namespace

int ManagerObject::on_plan(sd_bus_message *call, void *userdata, sd_bus_error *error) {
    auto &self = *static_cast<ManagerObject *>(userdata);
    auto request = read_plan(call);
    if (!request)
        return set_error(error, request.error());
    auto planned = self.parts_.planner.plan(request.value());
    if (!planned)
        return set_error(error, planned.error());
    const auto &plan = planned.value();
    for (const auto &goal : plan.goals)
        if (goal.modules.empty() && !goal.obstacles.empty())
            return set_error(error, goal.obstacles.front());
    sd_bus_message *raw = nullptr;
    if (int failed = sd_bus_message_new_method_return(call, &raw); failed < 0)
        return failed;
    Message reply(raw);
    int result = sd_bus_message_open_container(raw, SD_BUS_TYPE_ARRAY, "(ssssas)");
    for (const auto &step : plan.steps)
        if (result >= 0)
            result = append_step(raw, plan, step);
    if (result >= 0)
        result = sd_bus_message_close_container(raw);
    return result < 0 ? result : sd_bus_send(nullptr, raw, nullptr);
}

} // namespace mk::bus
