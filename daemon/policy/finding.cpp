// SPDX-License-Identifier: GPL-2.0-only
#include "policy/finding.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace mk::policy {

namespace {

Finding finding(Place place, Severity severity, std::string reason, std::string remedy) {
    Finding result{std::move(place), {}};
    result.diagnosis.severity = severity;
    result.diagnosis.subject = result.place.text();
    result.diagnosis.reason = std::move(reason);
    if (!remedy.empty())
        result.diagnosis.remedies.push_back(std::move(remedy));
    return result;
}

} // namespace

std::string Finding::text() const {
    auto text =
        fmt::format("{}: {}: {}", place.text(), is_error() ? "error" : "warning", diagnosis.reason);
    for (const auto &remedy : diagnosis.remedies)
        text += "; " + remedy;
    return text;
}

Finding error_at(Place place, std::string reason, std::string remedy) {
    return finding(std::move(place), Severity::Fails, std::move(reason), std::move(remedy));
}

Finding warning_at(Place place, std::string reason, std::string remedy) {
    return finding(std::move(place), Severity::Warning, std::move(reason), std::move(remedy));
}

bool has_errors(const Findings &findings) {
    return std::any_of(findings.begin(), findings.end(),
                       [](const auto &finding) { return finding.is_error(); });
}

} // namespace mk::policy
