// SPDX-License-Identifier: GPL-2.0-only
// Names of users for people.
#pragma once

#include <sys/types.h>

#include <string>

namespace mk {

// "carol"; "user 1000" of one who has no account here. Fit to stand inside a line.
std::string user_text(uid_t uid);

} // namespace mk
