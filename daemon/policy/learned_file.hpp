// SPDX-License-Identifier: GPL-2.0-only
// The file of learned rules: written as a whole, and never over what anybody else has written.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace mk::policy {

inline constexpr const char *learned_file = "/etc/modkeeper/policy.d/50-learned.rules";

// @text with a last line that has its digest.
Result<std::string> sealed_text(const std::string &text);

// Whether nobody has changed it since it was sealed.
bool is_sealed_text(std::string_view text);

// Replaces the file, or makes it. Failed: somebody else wrote it or changed it since; what cannot
// be written is told as edit_file() does.
Result<void> write_learned(const std::string &path, const std::string &text);

} // namespace mk::policy
