// SPDX-License-Identifier: GPL-2.0-only
#include "explain/diagnosis.hpp"

#include <fmt/format.h>

#include "base/errno_text.hpp"
#include "base/text_file.hpp"
#include "driver_client/event_names.hpp"
#include "explain/last_load.hpp"

namespace mk {

namespace {

std::string log_clause(const Diagnosis &diagnosis, LogLines log) {
    const auto *evidence = diagnosis.evidence_of<KernelLines>();
    if (!evidence || evidence->lines.empty() || log == LogLines::LeftOut)
        return {};
    if (log == LogLines::Shown)
        return "kernel log: " + join(evidence->lines, " | ");
    return "the kernel log says more, but is shown to root only: a line of modprobe.d that not "
           "every user may read gives the module parameters";
}

std::string stage_fact(driver::Stage stage) {
    if (stage == driver::Stage::None || stage == driver::Stage::Unknown)
        return {};
    return std::string(driver::name_of(stage));
}

} // namespace

Diagnosis failure(Cause cause, std::string_view outcome, std::string_view reason,
                  std::string_view remedy, Certainty certainty) {
    Diagnosis diagnosis;
    diagnosis.cause = cause;
    diagnosis.outcome = outcome;
    diagnosis.reason = reason;
    if (!remedy.empty())
        diagnosis.remedies.emplace_back(remedy);
    diagnosis.certainty = certainty;
    return diagnosis;
}

std::string sentence_of(const Diagnosis &diagnosis, LogLines log) {
    auto text = diagnosis.outcome;
    const auto add = [&](std::string_view separator, const std::string &clause) {
        if (!clause.empty())
            text += fmt::format("{}{}", text.empty() ? "" : separator, clause);
    };
    add(": ", diagnosis.reason);
    add("; ", join(diagnosis.remedies, "; "));
    const auto *answer = diagnosis.evidence_of<KernelAnswer>();
    if (answer && answer->is_told)
        add("; ", "the kernel answered " + errno_text(answer->error));
    add("; ", log_clause(diagnosis, log));
    if (const auto *worked = diagnosis.evidence_of<WorkedBefore>())
        add("; ", text_of(*worked));
    return text;
}

Error error_of(const Diagnosis &diagnosis, LogLines log) {
    const auto *answer = diagnosis.evidence_of<KernelAnswer>();
    return {diagnosis.code(),
            sentence_of(diagnosis, log),
            {diagnosis.subject, answer ? answer->error : 0, stage_fact(diagnosis.stage),
             diagnosis.holders, diagnosis.cause}};
}

} // namespace mk
