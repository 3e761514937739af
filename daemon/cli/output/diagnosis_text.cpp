// SPDX-License-Identifier: GPL-2.0-only
#include "cli/output/diagnosis_text.hpp"

#include "base/text_file.hpp"
#include "driver_client/event_names.hpp"

namespace mk::cli {

const char *severity_name(Severity severity) {
    return severity == Severity::Fails ? "fails" : "warning";
}

Json json_of(const Diagnosis &diagnosis) {
    const auto *symbols = diagnosis.evidence_of<SymbolNames>();
    return object({{"severity", severity_name(diagnosis.severity)},
                   {"stage", std::string(driver::name_of(diagnosis.stage))},
                   {"error", std::string(error_name(diagnosis.code))},
                   {"message", diagnosis.cause},
                   {"remedy", text_or_null(join(diagnosis.remedies, "; "))},
                   {"symbols", symbols ? Json(symbols->names) : Json::array()}});
}

} // namespace mk::cli
