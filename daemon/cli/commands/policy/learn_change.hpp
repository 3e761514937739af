// SPDX-License-Identifier: GPL-2.0-only
// The file that makes the policy learn, put there or taken away with what follows for the policy in
// force: both or neither.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "cli/ended.hpp"

namespace mk::cli {

// The policy's generation. @text: of the file; "": it goes. Refuses if the other rules on disk are
// not those in force: they would come into force too.
std::variant<std::uint64_t, Failure> change_learning_file(const std::string &text);

} // namespace mk::cli
