// SPDX-License-Identifier: GPL-2.0-only
#include "bus/configuration_rows.hpp"

#include <fmt/format.h>

#include <utility>

#include "bus/utf8.hpp"

namespace mk::bus {

namespace {

Row row_of(const ConfiguredOption &option) {
    Row row;
    if (option.has_value)
        add(row, "value", option.origin.guard(option.value));
    if (!option.origin.on_command_line()) {
        row.push_back({"file", option.origin.file});
        row.push_back({"line", std::uint32_t{option.origin.line}});
    }
    row.push_back({"where", option.origin.text()});
    return row;
}

Row row_of(const ParameterRow &parameter) {
    Row row = {{"name", parameter.name}};
    if (!parameter.type.empty())
        row.push_back({"type", parameter.type});
    if (!parameter.description.empty())
        row.push_back({"description", parameter.description});
    row.push_back({"declared", parameter.declared});
    if (parameter.live.mode != 0)
        row.push_back({"mode", fmt::format("{:04o}", parameter.live.mode)});
    row.push_back({"writable", parameter.live.writable()});
    if (parameter.live.value)
        add(row, "value", {*parameter.live.value, parameter.live.is_public()});
    Rows options;
    for (const auto &option : parameter.configured)
        options.push_back(row_of(option));
    row.push_back({"options", std::move(options)});
    return row;
}

Row row_of(const DriftItem &item) {
    Row row = {{"kind", std::string(drift_name(item.kind))}};
    if (!item.module.empty())
        row.push_back({"module", item.module});
    if (!item.subject.empty())
        add(row, "subject", item.subject);
    add(row, "configured", item.configured);
    add(row, "running", item.running);
    row.push_back({"where", item.where});
    add(row, "remedy", item.remedy);
    row.push_back({"applicable", item.applicable});
    return row;
}

} // namespace

Answer answer_of(const Changes &changes) {
    Answer answer;
    for (const auto &change : changes) {
        Row row = {{"action", change.action}};
        const std::pair<const char *, const std::string &> texts[] = {{"file", change.file},
                                                                      {"text", change.text},
                                                                      {"where", change.where},
                                                                      {"message", change.message}};
        for (const auto &[key, text] : texts)
            if (!text.empty())
                row.push_back({key, text});
        answer.rows.push_back(std::move(row));
    }
    return answer;
}

Answer answer_of(const ParameterTable &table) {
    Answer answer;
    for (const auto &row : table.rows)
        if (row.name_is_public())
            answer.rows.push_back(row_of(row));
    return answer;
}

Answer answer_of(const Drift &drift) {
    Answer answer{{}, drift.unchecked};
    for (const auto &item : drift.items)
        answer.rows.push_back(row_of(item));
    return answer;
}

int append_answer(sd_bus_message *reply, const Answer &answer) {
    return append_rows(reply, answer.rows);
}

int append_drift(sd_bus_message *reply, const Answer &answer) {
    int error = append_rows(reply, answer.rows);
    if (error >= 0)
        error = sd_bus_message_open_container(reply, SD_BUS_TYPE_ARRAY, "s");
    for (const auto &sentence : answer.unchecked)
        if (error >= 0)
            error = sd_bus_message_append(reply, "s", utf8(sentence).c_str());
    return error < 0 ? error : sd_bus_message_close_container(reply);
}

} // namespace mk::bus
