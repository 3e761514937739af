// SPDX-License-Identifier: GPL-2.0-only
#include "config/parameter_table.hpp"

#include <algorithm>

#include "base/module_name.hpp"

namespace mk {

namespace {

// '-' and '_' are the same in the names of parameters too.
ParameterRow &row_of(ParameterRows &rows, const std::string &name) {
    const auto found = std::find_if(rows.begin(), rows.end(),
                                    [&](const auto &row) { return is_same_name(row.name, name); });
    if (found != rows.end())
        return *found;
    auto &row = rows.emplace_back();
    row.name = name;
    return row;
}

} // namespace

bool ParameterRow::name_is_public() const {
    return known() || std::any_of(configured.begin(), configured.end(),
                                  [](const auto &option) { return option.origin.is_public; });
}

ParameterRows merged_parameters(const ModuleFile *file, const std::vector<ParameterInfo> &recorded,
                                std::vector<ParameterValue> live) {
    ParameterRows rows;
    for (const auto &declared : file != nullptr ? file->parameters : std::vector<ParameterInfo>{}) {
        auto &row = row_of(rows, declared.name);
        row.type = declared.type;
        row.description = declared.description;
        row.declared = true;
    }
    for (const auto &known : recorded)
        if (auto &row = row_of(rows, known.name); row.type.empty())
            row.type = known.type;
    for (auto &seen : live)
        row_of(rows, seen.name).live = std::move(seen);
    return rows;
}

Result<ParameterTable> parameter_table(const ConfigurationPlaces &places, const ModuleName &name,
                                       NearNames near_names) {
    TRY(check_name(name));
    ParameterTable table;
    table.module = name;
    auto catalog = TRY(Catalog::create(places.catalog(), near_names));
    auto file = catalog.find(table.module);
    if (file) {
        table.module = file.value().name;
        table.has_file = true;
    }
    table.state = places.loaded().state(table.module);
    if (file && file.value().built_in)
        table.state = LoadState::BuiltIn;
    if (!file && table.state == LoadState::Absent)
        return file.error();
    table.rows = merged_parameters(file ? &file.value() : nullptr, {},
                                   places.loaded().parameters(table.module));
    for (auto &option : ModprobeConfiguration::read(places).options(table.module))
        row_of(table.rows, option.name).configured.push_back(std::move(option));
    std::sort(table.rows.begin(), table.rows.end(), [](const auto &one, const auto &other) {
        return canonical_name(one.name) < canonical_name(other.name);
    });
    return table;
}

} // namespace mk
