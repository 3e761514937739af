// SPDX-License-Identifier: GPL-2.0-only
// Parameters of what is in the kernel, beside modprobe.d and the kernel's command line.
#include <fmt/format.h>
#include <sys/stat.h>

#include "engine/configuration/drift.hpp"
#include "engine/configuration/parameter_table.hpp"
#include "engine/configuration/parameter_value.hpp"
#include "engine/configuration/parameter_write.hpp"

namespace mk::engine {

namespace {

bool everybody_reads(const Origin &origin) {
    struct stat status {};
    return origin.on_command_line() ||
           (stat(origin.file.c_str(), &status) == 0 && (status.st_mode & S_IROTH) != 0);
}

// The one that counts. What is built in was there before modprobe.d was read.
const ConfiguredOption *counting(const ParameterTable &table, const ParameterRow &row) {
    for (auto option = row.configured.rbegin(); option != row.configured.rend(); ++option)
        if (table.state != LoadState::BuiltIn || option->origin.on_command_line())
            return &*option;
    return nullptr;
}

void compare(const ConfigurationPlaces &places, const ParameterTable &table,
             const ParameterRow &row, Drift &drift) {
    const auto *option = counting(table, row);
    if (!option)
        return;
    // a flag without a value switches it on
    const std::string wanted = option->has_value ? option->value : "1";
    DriftItem item{DriftKind::Parameter,   table.module,          row.name, wanted,
                   row.value.value_or(""), option->origin.text(), {}};
    item.is_public = everybody_reads(option->origin) && (row.mode == 0 || row.readable_by_all());
    if (!row.value && row.mode != 0)
        return drift.unchecked.push_back(fmt::format(
            "parameter {} of module {}: only root may read it", row.name, table.module));
    if (!row.value) {
        // of what is built in not all that the command line sets is a parameter
        if (table.state == LoadState::BuiltIn)
            return;
        auto known = check_assignment(places, table, row.name, wanted);
        if (known || known.error().code != ErrorCode::UnknownParameter)
            return; // the kernel does not show it
        item.kind = DriftKind::UnknownParameter;
        item.remedy = fmt::format("modkeeper param {}", table.module);
        return drift.items.push_back(std::move(item));
    }
    if (same_value(row.type, wanted, *row.value))
        return;
    item.applicable = row.writable();
    if (table.state == LoadState::BuiltIn && !item.applicable) {
        item.remedy = "sudo systemctl reboot";
        return drift.items.push_back(std::move(item));
    }
    item.remedy = item.applicable
                      ? fmt::format("modkeeper param {} {}={}", table.module, row.name, wanted)
                      : fmt::format("modkeeper reload {} {}={}", table.module, row.name, wanted);
    drift.items.push_back(std::move(item));
}

} // namespace

void find_parameter_drift(const ConfigurationPlaces &places, Drift &drift) {
    const auto modprobe = ModprobeConfiguration::read(places);
    for (const auto &file : modprobe.unread())
        drift.unchecked.push_back(fmt::format("{}: {}", file.path, file.reason));
    for (const auto &module : modprobe.modules_with_options()) {
        const auto table = parameter_table(places, module);
        if (!table || table.value().state == LoadState::Absent)
            continue;
        for (const auto &row : table.value().rows)
            compare(places, table.value(), row, drift);
    }
}

} // namespace mk::engine
