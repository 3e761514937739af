// SPDX-License-Identifier: GPL-2.0-only
// Method Examine, answered by a process of its own.
#include "base/text_file.hpp"
#include "bus/arguments.hpp"
#include "bus/bus_error.hpp"
#include "bus/manager_object.hpp"
#include "bus/task_result_codec.hpp"
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

int ManagerObject::on_examine(sd_bus_message *message, void *userdata, sd_bus_error *error) {
    auto &parts = static_cast<ManagerObject *>(userdata)->parts_;
    const auto *caller = parts.callers.find(message);
    if (!caller)
        return set_error(error, {ErrorCode::NotAuthorized, "the caller has left the bus"});
    parts.background.run(
        {caller->account, false},
        [state = state_of(parts.driver)] {
            driver::DevNodeClient client;
            return encode_answer(answer_of(doctor::examine({client.status(), state})));
        },
        [call = keep(message)](const Result<std::string> &bytes) {
            reply_answer(call.get(), bytes ? decode_answer(bytes.value()) : bytes.error(),
                         [](sd_bus_message *reply, const Answer &answer) {
                             return append_rows(reply, answer.rows);
                         });
        });
    return 1;
}

} // namespace mk::bus
