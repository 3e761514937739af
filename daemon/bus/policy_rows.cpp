// SPDX-License-Identifier: GPL-2.0-only
#include "bus/policy_rows.hpp"

#include <cerrno>
#include <string>
#include <variant>

#include "base/text_file.hpp"
#include "driver_client/event_names.hpp"

namespace mk::bus {

namespace {

template <typename Enum> std::string word(Enum value) {
    return std::string(driver::name_of(value));
}

} // namespace

Rows rows_of(const driver::InstalledPolicy &policy) {
    Rows rows;
    for (const auto &rule : policy.rules) {
        Row row = {{"rule", rule.id},
                   {"gate", word(rule.gate)},
                   {"rule_verdict", rule.verdict},
                   {"is_default", rule.is_default},
                   {"hits", rule.hits}};
        add_text(row, "rule_reason", rule.reason);
        rows.push_back(std::move(row));
    }
    return rows;
}

Rows rows_of(const std::vector<driver::Permission> &permissions) {
    Rows rows;
    for (const auto &permission : permissions) {
        Row row = {{"permission", permission.id},
                   {"permission_name", permission.name},
                   {"gate", word(permission.gate)}};
        if (permission.until_boottime_ns != 0)
            row.push_back({"until_boottime_ns", permission.until_boottime_ns});
        if (permission.uses_left != 0)
            row.push_back({"uses_left", permission.uses_left});
        rows.push_back(std::move(row));
    }
    return rows;
}

Row row_of(const driver::PolicyReply &reply) {
    Row row = {{"outcome", word(reply.verdict)}, {"gate_mode", word(reply.mode)}};
    add_text(row, "rule", reply.rule);
    add_text(row, "rule_verdict", reply.rule_verdict);
    add_text(row, "rule_reason", reply.reason);
    if (reply.permission != 0)
        row.push_back({"permission", reply.permission});
    return row;
}

Row row_of(const policy::CheckedPolicy &checked) {
    Rows findings;
    for (const auto &finding : checked.rules.findings) {
        Row row = {{"severity", std::string(finding.is_error() ? "fails" : "warning")}};
        add_text(row, "file", finding.place.file);
        if (finding.place.line != 0)
            row.push_back({"line", static_cast<std::uint32_t>(finding.place.line)});
        if (finding.place.column != 0)
            row.push_back({"column", static_cast<std::uint32_t>(finding.place.column)});
        add_text(row, "message", finding.diagnosis.reason);
        add_text(row, "remedy", join(finding.diagnosis.remedies, "; "));
        findings.push_back(std::move(row));
    }
    Rows denied;
    for (const auto &one : checked.denied) {
        Row row = {{"module", one.need.name},
                   {"need", std::string(policy::word_of(one.need.kind))},
                   {"message", one.need.why},
                   {"rule", one.rule}};
        add_text(row, "rule_reason", one.reason);
        add_text(row, "file", one.place.file);
        row.push_back({"line", static_cast<std::uint32_t>(one.place.line)});
        denied.push_back(std::move(row));
    }
    return {{"result", policy::has_errors(checked.rules.findings) ? "invalid" : "valid"},
            {"kernel_release", checked.release},
            {"rule_count", static_cast<std::uint32_t>(checked.rules.policy.rules.size())},
            {"findings", findings},
            {"denied_needs", denied}};
}

Result<Answer> answer_of_generation(const Result<std::uint64_t> &generation) {
    if (!generation)
        return generation.error();
    return Answer{{{{"policy_generation", generation.value()}}}, {}};
}

int append_generation(sd_bus_message *reply, const Answer &answer) {
    const auto *generation = answer.rows.empty() || answer.rows.front().empty()
                                 ? nullptr
                                 : std::get_if<std::uint64_t>(&answer.rows.front().front().value);
    return generation ? sd_bus_message_append(reply, "t", *generation) : -EBADMSG;
}

int append_nothing(sd_bus_message *, const Answer &) {
    return 0;
}

} // namespace mk::bus
