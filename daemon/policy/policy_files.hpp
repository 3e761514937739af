// SPDX-License-Identifier: GPL-2.0-only
// Files of rules: those of policy.d, or any that somebody names.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "policy/finding.hpp"
#include "policy/policy.hpp"

namespace mk::policy {

struct RuleFile {
    std::string path;
    std::string text;
};

struct PolicyText {
    Policy policy;                  // sets are expanded
    Findings findings;              // by file and line
    std::vector<std::string> files; // in the order in which their rules are tried
    std::vector<RuleFile> sources;  // those that could be read
};

// By file and place: after more findings were added to those that it was read with.
void sort_findings(PolicyText &text);

// "/etc/modkeeper/policy.d" and so on; a file in an earlier one hides those of its name in later
// ones. @root is put before each.
std::vector<std::string> policy_folders(const std::string &root = {});

// Files that end with ".rules", in the order of their names.
PolicyText read_policy(const std::string &root, std::int64_t now);

// What these files say, as they were read once.
PolicyText parse_policy(std::vector<RuleFile> files, std::int64_t now);

// Just these files, in this order.
PolicyText read_policy_files(const std::vector<std::string> &paths, std::int64_t now);

} // namespace mk::policy
