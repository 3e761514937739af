// SPDX-License-Identifier: GPL-2.0-only
#include "bus/configuration_rows.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>

#include "bus/utf8.hpp"

namespace mk::bus {

namespace {

constexpr std::size_t change_fields = 3;
// name, type, description, mode, readable, value; then value and origin of each configured one
constexpr std::size_t parameter_fields = 6;
// kind, module, subject, configured, running, where, remedy; one text is something unchecked
constexpr std::size_t drift_fields = 7;

bool everybody_reads(const engine::Origin &origin) {
    struct stat status {};
    return origin.on_command_line() ||
           (stat(origin.file.c_str(), &status) == 0 && (status.st_mode & S_IROTH) != 0);
}

int append_configured(sd_bus_message *reply, const Row &row) {
    int error = sd_bus_message_open_container(reply, SD_BUS_TYPE_ARRAY, "(ss)");
    for (std::size_t at = parameter_fields; at + 1 < row.size(); at += 2)
        if (error >= 0)
            error = sd_bus_message_append(reply, "(ss)", utf8(row[at]).c_str(),
                                          utf8(row[at + 1]).c_str());
    return error < 0 ? error : sd_bus_message_close_container(reply);
}

int append_parameter(sd_bus_message *reply, const Row &row) {
    if (row.size() < parameter_fields)
        return -EBADMSG;
    const auto mode = static_cast<std::uint32_t>(std::strtoul(row[3].c_str(), nullptr, 10));
    int error = sd_bus_message_open_container(reply, SD_BUS_TYPE_STRUCT, "sssubsa(ss)");
    if (error >= 0)
        error = sd_bus_message_append(reply, "sssubs", utf8(row[0]).c_str(), utf8(row[1]).c_str(),
                                      utf8(row[2]).c_str(), mode, row[4] == "1" ? 1 : 0,
                                      utf8(row[5]).c_str());
    if (error >= 0)
        error = append_configured(reply, row);
    return error < 0 ? error : sd_bus_message_close_container(reply);
}

} // namespace

Rows to_rows(const engine::Changes &changes) {
    Rows rows;
    for (const auto &change : changes)
        rows.push_back({change.action, change.file, change.line});
    return rows;
}

// A remedy that has the value in it is no less of a secret.
Rows to_rows(const engine::Drift &drift) {
    Rows rows;
    for (const auto &item : drift.items) {
        const auto shown = [&](const std::string &text) { return item.is_public ? text : ""; };
        rows.push_back({std::string(engine::drift_name(item.kind)), item.module, item.subject,
                        shown(item.configured), shown(item.running), item.where,
                        shown(item.remedy)});
    }
    for (const auto &sentence : drift.unchecked)
        rows.push_back({sentence});
    return rows;
}

Rows to_rows(const engine::ParameterTable &table) {
    Rows rows;
    for (const auto &one : table.rows) {
        const bool readable = one.value && one.readable_by_all();
        Row row = {one.name,
                   one.type,
                   one.description,
                   std::to_string(one.mode),
                   readable ? "1" : "0",
                   readable ? *one.value : ""};
        for (const auto &option : one.configured) {
            row.push_back(everybody_reads(option.origin) ? option.value : "");
            row.push_back(option.origin.text());
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

int append_changes(sd_bus_message *reply, const Rows &rows) {
    int error = sd_bus_message_open_container(reply, SD_BUS_TYPE_ARRAY, "(sss)");
    for (const auto &row : rows) {
        if (row.size() != change_fields)
            return -EBADMSG;
        if (error >= 0)
            error = sd_bus_message_append(reply, "(sss)", utf8(row[0]).c_str(),
                                          utf8(row[1]).c_str(), utf8(row[2]).c_str());
    }
    return error < 0 ? error : sd_bus_message_close_container(reply);
}

int append_parameters(sd_bus_message *reply, const Rows &rows) {
    int error = sd_bus_message_open_container(reply, SD_BUS_TYPE_ARRAY, "(sssubsa(ss))");
    for (const auto &row : rows)
        if (error >= 0)
            error = append_parameter(reply, row);
    return error < 0 ? error : sd_bus_message_close_container(reply);
}

int append_drift(sd_bus_message *reply, const Rows &rows) {
    int error = sd_bus_message_open_container(reply, SD_BUS_TYPE_ARRAY, "(sssssss)");
    for (const auto &row : rows)
        if (error >= 0 && row.size() == drift_fields)
            error = sd_bus_message_append(reply, "(sssssss)", utf8(row[0]).c_str(),
                                          utf8(row[1]).c_str(), utf8(row[2]).c_str(),
                                          utf8(row[3]).c_str(), utf8(row[4]).c_str(),
                                          utf8(row[5]).c_str(), utf8(row[6]).c_str());
    if (error >= 0)
        error = sd_bus_message_close_container(reply);
    if (error >= 0)
        error = sd_bus_message_open_container(reply, SD_BUS_TYPE_ARRAY, "s");
    for (const auto &row : rows)
        if (error >= 0 && row.size() == 1)
            error = sd_bus_message_append(reply, "s", utf8(row[0]).c_str());
    return error < 0 ? error : sd_bus_message_close_container(reply);
}

} // namespace mk::bus
