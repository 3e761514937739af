// SPDX-License-Identifier: GPL-2.0-only
// The last load of a module that went well, of this boot or an earlier one.
#pragma once

#include <optional>
#include <string>

#include "base/module_name.hpp"
#include "explain/last_load.hpp"

namespace mk::journal {

// As FindLastLoad. Takes two seconds at most, whatever the size of the journal. Nothing also when
// this process may not read the journal.
std::optional<LastLoad> last_load(const ModuleName &module, const driver::Event *failed);

} // namespace mk::journal
