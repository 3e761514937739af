// SPDX-License-Identifier: GPL-2.0-only
// Check of a file that should be a module, by its size and first bytes: the kernel answers "Exec
// format error" to all of these faults.
#pragma once

#include <string>

#include "base/error.hpp"

namespace mk {

// NotFound: no such file. BadFormat: a directory, empty, not an ELF object, for another machine,
// truncated. NotAuthorized: not readable. Of compressed files, only the magic is checked.
Result<void> check_file(const std::string &path);

} // namespace mk
