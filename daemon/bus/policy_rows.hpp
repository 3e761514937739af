// SPDX-License-Identifier: GPL-2.0-only
// Rows of rules, permissions and answers of the policy.
#pragma once

#include <vector>

#include "bus/task_result_codec.hpp"
#include "driver_client/policy_device.hpp"
#include "policy/check.hpp"

namespace mk::bus {

Rows rows_of(const driver::InstalledPolicy &policy);
Rows rows_of(const std::vector<driver::Permission> &permissions);
Row row_of(const driver::PolicyReply &reply);
Row row_of(const policy::CheckedPolicy &checked);

// The generation of a policy that was changed, through a task and as the argument of a reply.
Result<Answer> answer_of_generation(const Result<std::uint64_t> &generation);
int append_generation(sd_bus_message *reply, const Answer &answer);
int append_nothing(sd_bus_message *reply, const Answer &answer);

} // namespace mk::bus
