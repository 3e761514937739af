// SPDX-License-Identifier: GPL-2.0-only
// Method Holders, which searches /proc in a process of its own.
#include <array>

#include "base/module_name.hpp"
#include "bus/arguments.hpp"
#include "bus/bus_error.hpp"
#include "bus/holders_answer.hpp"
#include "bus/manager_object.hpp"
#include "bus/task_answer.hpp"

namespace mk::bus {

namespace {

Result<ModuleName> read_holders(sd_bus_message *call) {
    const auto name = TRY(read_string(call));
    TRY(read_options(call, "Holders", {}));
    return ModuleName::checked(name);
}

} // namespace

int ManagerObject::on_holders(sd_bus_message *message, void *userdata, sd_bus_error *) {
    auto &parts = static_cast<ManagerObject *>(userdata)->parts_;
    auto name = read_holders(message);
    if (!name)
        return refuse(message, name.error());
    const auto user = parts.callers.user_of(message);
    return answer_in_task(
        parts.background, parts.callers, message, false,
        [find = parts.find_holders, asked = name.take(), user] {
            return holders_answer(asked, user, find);
        },
        append_first);
}

} // namespace mk::bus
