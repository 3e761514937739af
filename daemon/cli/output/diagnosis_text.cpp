// SPDX-License-Identifier: GPL-2.0-only
#include "cli/output/diagnosis_text.hpp"

#include "base/text_file.hpp"
#include "driver_client/event_names.hpp"
#include "explain/last_load.hpp"

namespace mk::cli {

const char *severity_name(Severity severity) {
    return severity == Severity::Fails ? "fails" : "warning";
}

Json json_of(const Diagnosis &diagnosis) {
    const auto *symbols = diagnosis.evidence_of<SymbolNames>();
    return object({{"severity", severity_name(diagnosis.severity)},
                   {"stage", std::string(driver::name_of(diagnosis.stage))},
                   {"error", std::string(error_name(diagnosis.code()))},
                   {"cause", text_or_null(std::string(word_of(diagnosis.cause)))},
                   {"message", diagnosis.reason},
                   {"remedy", text_or_null(join(diagnosis.remedies, "; "))},
                   {"symbols", symbols ? Json(symbols->names) : Json::array()}});
}

Json json_of(const WorkedBefore &worked) {
    Json since = Json::array();
    for (const auto &change : worked.changes)
        since.push_back(object({{"what", std::string(word_of(change.of))},
                                {"before", text_or_null(change.before)},
                                {"now", text_or_null(change.now)}}));
    return object({{"time", time_or_null(worked.realtime_ns)},
                   {"realtime_ns", number_or_null(worked.realtime_ns)},
                   {"kernel_release", text_or_null(worked.release)},
                   {"since", std::move(since)}});
}

Json json_of_failure(const Diagnosis &diagnosis) {
    const auto *answer = diagnosis.evidence_of<KernelAnswer>();
    const auto *log = diagnosis.evidence_of<KernelLines>();
    const auto *worked = diagnosis.evidence_of<WorkedBefore>();
    const auto *held = diagnosis.evidence_of<HeldNow>();
    Json json = json_of(diagnosis);
    json.erase("severity");
    json.update(object({{"certainty", std::string(name_of(diagnosis.certainty))},
                        {"errno", answer ? Json(answer->error) : Json()},
                        {"kernel_lines", text_or_null(log ? join(log->lines, "\n") : "")},
                        {"holders", diagnosis.holders},
                        {"held_now", held ? Json(held->by.clauses) : Json()},
                        {"last_loaded", worked ? json_of(*worked) : Json()}}));
    return json;
}

} // namespace mk::cli
