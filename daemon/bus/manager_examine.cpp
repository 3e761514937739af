// SPDX-License-Identifier: GPL-2.0-only
// Method Examine, answered by a process of its own.
#include "base/text_file.hpp"
#include "bus/manager_object.hpp"
#include "bus/task_answer.hpp"
#include "driver_client/dev_node_client.hpp"
#include "explain/doctor/examine.hpp"

namespace mk::bus {

namespace {

Answer answer_of(const Diagnoses &findings) {
    Answer answer;
    for (const auto &finding : findings) {
        Row row = {{"subject", finding.subject},
                   {"verdict", std::string(doctor::verdict_of(finding.severity))},
                   {"evidence", finding.reason}};
        if (!finding.remedies.empty())
            row.push_back({"remedy", join(finding.remedies, "; ")});
        answer.rows.push_back(std::move(row));
    }
    return answer;
}

DaemonState state_of(const DriverStatus &driver) {
    DaemonState state;
    state.version = MODKEEPER_VERSION;
    state.driver_state = driver.state;
    state.driver_version = driver.version;
    state.driver_message = driver.message;
    state.event_source = driver.event_source;
    return state;
}

} // namespace

int ManagerObject::on_examine(sd_bus_message *message, void *userdata, sd_bus_error *) {
    auto &parts = static_cast<ManagerObject *>(userdata)->parts_;
    return answer_in_task(
        parts.background, parts.callers, message, false,
        [state = state_of(parts.driver)]() -> Result<Answer> {
            driver::DevNodeClient client;
            return answer_of(doctor::examine({client.status(), state}));
        },
        append_all);
}

} // namespace mk::bus
