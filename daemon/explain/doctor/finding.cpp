// SPDX-License-Identifier: GPL-2.0-only
#include "explain/doctor/finding.hpp"

#include <utility>

namespace mk::doctor {

void report(Diagnoses &findings, Severity severity, std::string subject, std::string reason,
            std::string remedy) {
    auto &diagnosis = findings.emplace_back();
    diagnosis.severity = severity;
    diagnosis.subject = std::move(subject);
    diagnosis.reason = std::move(reason);
    if (!remedy.empty())
        diagnosis.remedies.push_back(std::move(remedy));
}

} // namespace mk::doctor
