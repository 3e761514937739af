// SPDX-License-Identifier: GPL-2.0-only
#include "config/parameter_table.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <unistd.h>

#include "base/errno_text.hpp"
#include "base/module_name.hpp"
#include "kmod/catalog.hpp"

namespace mk {

namespace {

using Rows = std::map<std::string, ParameterRow>;

// '-' and '_' are the same in the names of parameters too.
ParameterRow &row_of(Rows &rows, const std::string &name) {
    auto &row = rows[canonical_name(name)];
    if (row.name.empty())
        row.name = name;
    return row;
}

void take_file(Rows &rows, const ModuleFile &file) {
    for (const auto &declared : file.parameters) {
        auto &row = row_of(rows, declared.name);
        row.type = declared.type;
        row.description = declared.description;
        row.declared = true;
    }
}

void take_sysfs(Rows &rows, const ConfigurationPlaces &places, const std::string &module) {
    for (auto &seen : places.loaded().parameters(module)) {
        auto &row = row_of(rows, seen.name);
        row.mode = seen.mode;
        row.value = std::move(seen.value);
        row.read_error = seen.error;
    }
}

} // namespace

bool ParameterRow::readable_by_all() const {
    return (mode & S_IROTH) != 0;
}

bool ParameterRow::readable() const {
    return (mode & (S_IRUSR | S_IRGRP | S_IROTH)) != 0;
}

bool ParameterRow::name_is_public() const {
    return known() || std::any_of(configured.begin(), configured.end(),
                                  [](const auto &option) { return option.origin.is_public; });
}

std::string ParameterRow::why_no_value() const {
    if (!readable())
        return "it is write-only";
    const bool denied = read_error == EACCES || read_error == EPERM;
    if (denied && geteuid() != 0)
        return "only root may read it";
    return "it cannot be read: " + errno_text(read_error);
}

bool ParameterRow::writable() const {
    return (mode & (S_IWUSR | S_IWGRP | S_IWOTH)) != 0;
}

Result<ParameterTable> parameter_table(const ConfigurationPlaces &places, const std::string &name) {
    TRY(check_name(name));
    ParameterTable table;
    table.module = canonical_name(name);
    auto catalog = TRY(Catalog::create(places.catalog()));
    Rows rows;
    auto file = catalog.find(table.module);
    if (file) {
        table.module = file.value().name;
        table.has_file = true;
        take_file(rows, file.value());
    }
    table.state = places.loaded().state(table.module);
    if (file && file.value().built_in)
        table.state = LoadState::BuiltIn;
    if (!file && table.state == LoadState::Absent)
        return file.error();
    take_sysfs(rows, places, table.module);
    for (auto &option : ModprobeConfiguration::read(places).options(table.module)) {
        auto &row = row_of(rows, option.name);
        row.configured.push_back(std::move(option));
    }
    for (auto &[key, row] : rows)
        table.rows.push_back(std::move(row));
    return table;
}

} // namespace mk
