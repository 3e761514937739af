// SPDX-License-Identifier: GPL-2.0-only
#include "cli/output/problem_text.hpp"

#include "driver_client/event_names.hpp"

namespace mk::cli {

const char *severity_name(Severity severity) {
    return severity == Severity::Fails ? "fails" : "warning";
}

Json json_of(const Problem &problem) {
    return object({{"severity", severity_name(problem.severity)},
                   {"stage", std::string(driver::name_of(problem.stage))},
                   {"error", std::string(error_name(problem.code))},
                   {"message", problem.sentence},
                   {"remedy", text_or_null(problem.remedy)},
                   {"symbols", problem.symbols}});
}

} // namespace mk::cli
