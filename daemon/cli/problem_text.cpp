// SPDX-License-Identifier: GPL-2.0-only
#include "cli/problem_text.hpp"

#include "driver/event_names.hpp"

namespace mk::cli {

const char *severity_name(engine::Severity severity) {
    return severity == engine::Severity::Fails ? "fails" : "warning";
}

Json json_of(const engine::Problem &problem) {
    return object({{"severity", severity_name(problem.severity)},
                   {"stage", std::string(driver::name_of(problem.stage))},
                   {"error", std::string(error_name(problem.code))},
                   {"message", problem.sentence},
                   {"remedy", text_or_null(problem.remedy)},
                   {"symbols", problem.symbols}});
}

} // namespace mk::cli
