// SPDX-License-Identifier: GPL-2.0-only
// Two judgements on a module list: what it says, as one number that does not depend on order; and
// whether all of it can have been true at one instant.
#pragma once

#include <string>
#include <vector>

#include "module_list.hpp"

namespace mk::bench {

// One line a module, sorted: name, size, references, users (sorted), state, taints.
std::string canonical_lines(const ModuleList &list);
std::uint64_t hash_of(const std::string &lines);

struct Contradictions {
    std::uint64_t absent_users = 0;   // a user that is not in the list itself
    std::uint64_t duplicates = 0;     // a name twice
    std::uint64_t missing = 0;        // a module that stays loaded all the time
    std::uint64_t few_references = 0; // fewer references than users

    bool any() const { return absent_users || duplicates || missing || few_references; }
};

// @staying: names of modules that are not unloaded, sorted.
Contradictions contradictions_of(const ModuleList &list, const std::vector<std::string> &staying);

} // namespace mk::bench
