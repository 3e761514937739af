// SPDX-License-Identifier: GPL-2.0-only
// The names in a folder. The iterators of the standard library throw in the middle of a folder that
// breaks off; this is the one place that reads one.
#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"

namespace mk {

// Sorted, without "." and "..". NotFound: there is no such folder; NotAuthorized; Failed: it cannot
// be read, or only a part of it.
Result<std::vector<std::string>> entries(const std::string &folder);

// The same for those to whom a folder that cannot be read is an empty one.
std::vector<std::string> readable_entries(const std::string &folder);

} // namespace mk
