// SPDX-License-Identifier: GPL-2.0-only
// What is wrong with a file that is meant to be a module, as far as its size and first bytes tell:
// the kernel answers "Exec format error" to all of it.
#pragma once

#include <string>

#include "base/error.hpp"

namespace mk {

// NotFound: no such file. BadFormat: a directory, empty, no ELF object, another machine's, cut
// short. NotAuthorized: may not be read. Compressed files are looked at no further than their
// magic.
Result<void> check_file(const std::string &path);

} // namespace mk
