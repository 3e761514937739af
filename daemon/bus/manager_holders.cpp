// SPDX-License-Identifier: GPL-2.0-only
// Method Holders, which searches /proc in a process of its own.
#include <array>

#include "base/module_name.hpp"
#include "bus/arguments.hpp"
#include "bus/bus_error.hpp"
#include "bus/holders_answer.hpp"
#include "bus/manager_object.hpp"

namespace mk::bus {

namespace {

Result<std::string> read_holders(sd_bus_message *call) {
    auto name = TRY(read_string(call));
    TRY(read_options(call, "Holders", {}));
    TRY(check_name(name));
    return name;
}

int append_holders(sd_bus_message *reply, const Answer &answer) {
    return append_row(reply, answer.rows.front());
}

} // namespace

int ManagerObject::on_holders(sd_bus_message *message, void *userdata, sd_bus_error *error) {
    auto &parts = static_cast<ManagerObject *>(userdata)->parts_;
    auto name = read_holders(message);
    if (!name)
        return refuse(message, name.error());
    const auto *caller = parts.callers.find(message);
    if (!caller)
        return set_error(error, {ErrorCode::NotAuthorized, "the caller has left the bus"});
    parts.background.run(
        {caller->account, false},
        [find = parts.find_holders, asked = name.take(), user = caller->uid] {
            return encode_answer(holders_answer(asked, user, find));
        },
        [call = keep(message)](const Result<std::string> &bytes) {
            reply_answer(call.get(),
                         bytes ? decode_answer(bytes.value()) : Result<Answer>(bytes.error()),
                         append_holders);
        });
    return 1;
}

} // namespace mk::bus
