// SPDX-License-Identifier: GPL-2.0-only
// Diagnosis of one thing that doctor looked at.
#pragma once

#include <string>
#include <utility>

#include "explain/diagnosis.hpp"

namespace mk::doctor {

// @cause: how it is, and what shows it. @remedy: a command; "" when nothing has to be done.
inline Diagnosis found(Severity severity, std::string subject, std::string cause,
                       std::string remedy = {}) {
    Diagnosis diagnosis;
    diagnosis.severity = severity;
    diagnosis.subject = std::move(subject);
    diagnosis.cause = std::move(cause);
    if (!remedy.empty())
        diagnosis.remedies = {std::move(remedy)};
    return diagnosis;
}

} // namespace mk::doctor
