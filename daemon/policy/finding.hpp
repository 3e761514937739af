// SPDX-License-Identifier: GPL-2.0-only
// What is wrong with a policy, and where.
#pragma once

#include <string>
#include <vector>

#include "explain/diagnosis.hpp"
#include "policy/policy.hpp"

namespace mk::policy {

struct Finding {
    Place place;
    Diagnosis diagnosis;

    bool is_error() const { return diagnosis.severity == Severity::Fails; }
    // "FILE:LINE:COLUMN: error: REASON; REMEDY"
    std::string text() const;
};

using Findings = std::vector<Finding>;

Finding error_at(Place place, std::string reason, std::string remedy = {});
Finding warning_at(Place place, std::string reason, std::string remedy = {});

bool has_errors(const Findings &findings);

} // namespace mk::policy
