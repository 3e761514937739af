// SPDX-License-Identifier: GPL-2.0-only
#include "bus/why_answer.hpp"

#include "base/format.hpp"
#include "base/text_file.hpp"
#include "driver_client/event_names.hpp"
#include "explain/history_text.hpp"

namespace mk::bus {

namespace {

Row row_of(const WorkedBefore &worked) {
    Rows since;
    for (const auto &change : worked.changes) {
        Row row = {{"what", std::string(word_of(change.of))}};
        add_text(row, "before", change.before);
        add_text(row, "now", change.now);
        since.push_back(std::move(row));
    }
    Row row = {{"time", utc_time(worked.realtime_ns)}};
    add_text(row, "kernel_release", worked.release);
    row.push_back({"since", std::move(since)});
    return row;
}

Row row_of(const Diagnosis &diagnosis) {
    Row row;
    row.push_back({"error", std::string(error_name(diagnosis.code()))});
    add_text(row, "cause", std::string(word_of(diagnosis.cause)));
    row.push_back({"certainty", std::string(name_of(diagnosis.certainty))});
    row.push_back({"stage", std::string(driver::name_of(diagnosis.stage))});
    add_text(row, "message", diagnosis.reason);
    add_text(row, "remedy", join(diagnosis.remedies, "; "));
    if (const auto *answer = diagnosis.evidence_of<KernelAnswer>())
        row.push_back({"errno", static_cast<std::uint32_t>(answer->error)});
    if (const auto *symbols = diagnosis.evidence_of<SymbolNames>())
        row.push_back({"symbols", symbols->names});
    if (const auto *log = diagnosis.evidence_of<KernelLines>())
        add_text(row, "kernel_lines", join(log->lines, "\n"));
    if (!diagnosis.holders.empty())
        row.push_back({"holders", diagnosis.holders});
    if (const auto *held = diagnosis.evidence_of<HeldNow>())
        row.push_back({"held_now", held->by.clauses});
    if (const auto *worked = diagnosis.evidence_of<WorkedBefore>())
        row.push_back({"last_loaded", row_of(*worked)});
    return row;
}

Row row_of(const JobCaller &caller) {
    Row row = {{"uid", static_cast<std::uint32_t>(caller.uid)},
               {"pid", static_cast<std::uint32_t>(caller.pid)}};
    if (caller.login_uid)
        row.push_back({"loginuid", static_cast<std::uint32_t>(*caller.login_uid)});
    add_text(row, "comm", caller.comm);
    add_text(row, "cgroup", caller.cgroup);
    return row;
}

Row row_of(const Why &why) {
    Row row;
    if (why.no_driver)
        row.push_back({"no_driver", row_of(*why.no_driver)});
    add_text(row, "module", why.history.module);
    row.push_back({"loaded", why.is_loaded()});
    row.push_back({"trigger", std::string(trigger_name(why.history.trigger))});
    if (why.history.caller)
        row.push_back({"asked_by", row_of(*why.history.caller)});
    const auto place = place_of(why.history);
    add_text(row, "container", place.container);
    add_text(row, "unit", place.unit);
    add_text(row, "session", place.session);
    if (why.device) {
        add_text(row, "loaded_for_device", why.device->device.path);
        add_text(row, "device_certainty", std::string(name_of(why.device->certainty)));
    }
    if (const auto *diagnosis = why.last_diagnosis())
        row.push_back({"diagnosis", row_of(*diagnosis)});
    Rows obstacles;
    for (const auto &obstacle : why.configured)
        obstacles.push_back(row_of(obstacle));
    row.push_back({"obstacles", std::move(obstacles)});
    row.push_back({"sentences", sentences_of(why)});
    return row;
}

Result<std::vector<driver::Event>> all_of(const OpenRecord &open) {
    const auto reader = TRY(open());
    return driver::read_all(*reader);
}

} // namespace

Result<Answer> why_answer(const WhyQuestion &question, const OpenRecord &open,
                          const FindLastLoad &last_load, const FindHeldBy &held_by) {
    const auto why = TRY(why_of(question, all_of(open), last_load, held_by));
    return Answer{{row_of(why)}, {}};
}

} // namespace mk::bus
