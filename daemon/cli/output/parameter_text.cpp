// SPDX-License-Identifier: GPL-2.0-only
#include "cli/output/parameter_text.hpp"

#include <fmt/format.h>

#include "base/printable.hpp"
#include "cli/output/module_text.hpp"
#include "cli/output/table.hpp"

namespace mk::cli {
namespace {

// When it can be set, in one word.
const char *settable(const ParameterRow &row) {
    return row.live.writable() ? "now" : "at load";
}

bool is_denied(const ParameterRow &row) {
    return row.live.readable() && row.live.is_denied();
}

std::string shown_value(const ParameterTable &table, const ParameterRow &row) {
    if (row.live.value)
        return printable(*row.live.value);
    if (table.state == LoadState::Absent)
        return "-";
    if (row.live.mode == 0)
        return "(not shown)";
    if (!row.live.readable())
        return "(write-only)";
    return is_denied(row) ? "(root only)" : "(unreadable)";
}

// A parameter that the module does not have is in the table because a line sets it.
std::string shown_type(const ParameterTable &table, const ParameterRow &row) {
    const bool can_tell = table.has_file || table.state == LoadState::Live;
    return row.known() || !can_tell ? printable(row.type) : "(unknown)";
}

std::string shown_configured(const ParameterRow &row) {
    if (row.configured.empty())
        return "-";
    const ConfiguredOption &counts = row.configured.back();
    return printable(counts.has_value ? counts.value : "(set)") + " (" +
           printable(counts.origin.text()) + ")";
}

Json json_of(const ParameterRow &row) {
    Json options = Json::array();
    for (const ConfiguredOption &option : row.configured)
        options.push_back(
            object({{"value", option.has_value ? Json(option.value) : Json()},
                    {"file", text_or_null(option.origin.file)},
                    {"line", option.origin.on_command_line() ? Json() : Json(option.origin.line)},
                    {"where", option.origin.text()}}));
    return object(
        {{"name", row.name},
         {"type", text_or_null(row.type)},
         {"value", row.live.value ? Json(*row.live.value) : Json()},
         {"description", text_or_null(row.description)},
         {"declared", row.declared},
         {"mode", row.live.mode == 0 ? Json() : Json(fmt::format("{:04o}", row.live.mode))},
         {"writable", row.live.writable()},
         {"options", std::move(options)}});
}

} // namespace

Json json_of(const ParameterTable &table, const std::vector<ParameterRow> &rows) {
    Json list = Json::array();
    for (const ParameterRow &row : rows)
        list.push_back(json_of(row));
    return object({{"module", table.module},
                   {"state", state_name(table.state)},
                   {"parameters", std::move(list)}});
}

std::string text_of(const ParameterTable &table, bool legend) {
    Table text({{"PARAMETER"}, {"TYPE"}, {"VALUE"}, {"SET"}, {"CONFIGURED"}, {"DESCRIPTION"}});
    for (const ParameterRow &row : table.rows)
        text.add({row.name, shown_type(table, row), shown_value(table, row), settable(row),
                  shown_configured(row), row.description});
    return text.text(legend);
}

Result<std::string> value_of(const ParameterTable &table, const ParameterRow &row) {
    if (row.live.value)
        return *row.live.value;
    if (table.state == LoadState::Absent)
        return Error{ErrorCode::NotLoaded,
                     fmt::format("module {} is not loaded: parameter {} has no value now{}",
                                 table.module, row.name,
                                 row.configured.empty()
                                     ? ""
                                     : "; the next load sets it to " + shown_configured(row))};
    if (row.live.mode == 0)
        return Error{ErrorCode::NotFound,
                     fmt::format("the kernel does not show the value of parameter {} of module {}",
                                 row.name, table.module)};
    return Error{is_denied(row) ? ErrorCode::NotAuthorized : ErrorCode::Failed,
                 fmt::format("cannot show parameter {} of module {}: {} (permissions {:04o})",
                             row.name, table.module, row.live.why_no_value(), row.live.mode)};
}

} // namespace mk::cli
