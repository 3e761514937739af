// SPDX-License-Identifier: GPL-2.0-only
// Rules made of lines of modprobe.d that keep modules from being loaded. "install NAME /bin/false"
// says of all loads by modprobe what a rule says of all loads: it becomes a rule. "blacklist NAME"
// says less: it only takes the module's aliases away, so that it is no rule unless somebody wants
// more than the line says.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "kmod/catalog.hpp"
#include "policy/local_change.hpp"

namespace mk::policy {

inline constexpr const char *imported_rules_file = "20-imported.rules";

struct ImportedRule {
    NewRule rule; // of one name, which may be a pattern
    Origin origin;
};

// A line that became none.
struct LeftLine {
    std::string name;
    Origin origin;
    std::string why;
};

struct Import {
    std::vector<ImportedRule> rules;
    std::vector<LeftLine> left;           // of install lines, and of blacklist lines if wanted
    std::vector<ModprobeLine> blacklists; // that were not wanted

    // Of the whole file; "": there is no rule.
    std::string text() const;
};

// Reads only. @with_blacklists: blacklist lines become rules too.
Import import_lines(const ConfigurationPlaces &places, bool with_blacklists);

// Replaces the file of imported rules. Failed: it has something that an import did not write.
std::variant<RuleChange, NotChanged>
put_import(driver::PolicyClient &client, const ConfigurationPlaces &places, const Import &import);

} // namespace mk::policy
