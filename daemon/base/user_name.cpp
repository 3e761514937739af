// SPDX-License-Identifier: GPL-2.0-only
#include "base/user_name.hpp"

#include <pwd.h>

#include "base/foreign_text.hpp"

namespace mk {

std::string user_text(uid_t uid) {
    const auto *entry = getpwuid(uid);
    return entry == nullptr ? "user " + std::to_string(uid) : as_word(entry->pw_name);
}

} // namespace mk
