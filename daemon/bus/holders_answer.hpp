// SPDX-License-Identifier: GPL-2.0-only
// The answer of Manager.Holders, worked out in a process of its own.
#pragma once

#include <string>

#include "base/module_name.hpp"
#include "bus/task_result_codec.hpp"
#include "holders/find_holders.hpp"

namespace mk::bus {

// Processes of other users are left out, unless @user is root.
Result<HolderList> holders_for(uid_t user, const ModuleName &module, const FindHolders &find);
// The same in one row.
Result<Answer> holders_answer(const ModuleName &module, uid_t user, const FindHolders &find);

} // namespace mk::bus
