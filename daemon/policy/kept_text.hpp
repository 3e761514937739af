// SPDX-License-Identifier: GPL-2.0-only
// Files of rules as one text that is kept: with their paths, so that places in it stay true, and a
// digest at its end, which a torn or changed one lacks. The digest is that of the policy.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "policy/policy_files.hpp"

namespace mk::policy {

struct KeptText {
    std::string bytes;
    std::string digest; // of the files, in hexadecimal digits
};

Result<KeptText> kept_text_of(const std::vector<RuleFile> &files);

struct KeptFiles {
    std::vector<RuleFile> files;
    std::string digest;
};

// BadFormat: it is no such text, or not the whole of it.
Result<KeptFiles> files_in(std::string_view bytes);

} // namespace mk::policy
