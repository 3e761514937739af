// SPDX-License-Identifier: GPL-2.0-only
// Diagnosis of one thing that doctor looked at.
#pragma once

#include <string>

#include "explain/diagnosis.hpp"

namespace mk::doctor {

// @reason: how it is, and what shows it. @remedy: a command; "" when nothing has to be done.
void report(Diagnoses &findings, Severity severity, std::string subject, std::string reason,
            std::string remedy = {});

} // namespace mk::doctor
