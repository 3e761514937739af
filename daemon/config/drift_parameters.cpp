// SPDX-License-Identifier: GPL-2.0-only
// Drift of parameters: values in the kernel compared with modprobe.d and the kernel command line.
#include <fmt/format.h>

#include "config/drift.hpp"
#include "config/parameter_table.hpp"
#include "config/parameter_write.hpp"
#include "kmod/parameter_value.hpp"

namespace mk {

namespace {

// A flag without a value is turned on.
std::string wanted_by(const ConfiguredOption &option) {
    return option.has_value ? option.value : "1";
}

// The effective option. A built-in module was initialised before modprobe.d was read.
const ConfiguredOption *counting(const ParameterTable &table, const ParameterRow &row) {
    for (auto option = row.configured.rbegin(); option != row.configured.rend(); ++option)
        if (table.state != LoadState::BuiltIn || option->origin.on_command_line())
            return &*option;
    return nullptr;
}

// A line of modprobe.d for a built-in module. It does no harm if the value is the same.
void tell_without_effect(const ParameterTable &table, const ParameterRow &row, Drift &drift) {
    if (row.configured.empty())
        return;
    const auto &option = row.configured.back();
    const auto wanted = wanted_by(option);
    if (row.live.value && compare_values(row.type, wanted, *row.live.value) != Sameness::Different)
        return;
    drift.items.push_back(
        {DriftKind::NoEffect,
         table.module,
         {row.name, row.name_is_public()},
         option.origin.guard(wanted),
         {"no effect: the module is built into the kernel, which does not read modprobe.d", true},
         option.origin.text(),
         option.origin.guard(fmt::format("put {}.{}={} on the kernel command line", table.module,
                                         row.name, wanted))});
}

// For sentences, which are public.
std::string named(const ParameterRow &row) {
    return row.name_is_public() ? "parameter " + row.name : "a parameter";
}

// Reports an option that is not a parameter which the kernel shows.
void tell_unknown(const ConfigurationPlaces &places, const ParameterTable &table,
                  const ParameterRow &row, const ConfiguredOption &option, DriftItem item,
                  Drift &drift) {
    // options of built-in code on the command line are not always parameters
    if (table.state == LoadState::BuiltIn)
        return;
    const auto known = find_parameter(places, table, row.name, wanted_by(option));
    if (known || known.error().code != ErrorCode::UnknownParameter)
        return drift.unchecked.push_back(
            fmt::format("{} of module {}: the kernel does not show it; {} sets it", named(row),
                        table.module, option.origin.text()));
    item.kind = DriftKind::UnknownParameter;
    item.remedy = {"modkeeper param " + table.module, true};
    drift.items.push_back(std::move(item));
}

GuardedText remedy_for(const ParameterTable &table, const ParameterRow &row,
                       const GuardedText &wanted) {
    if (table.state == LoadState::BuiltIn && !row.live.writable())
        return {"sudo systemctl reboot", true};
    return {fmt::format("modkeeper {} {} {}={}", row.live.writable() ? "param" : "reload",
                        table.module, row.name, wanted.text()),
            wanted.is_public()};
}

void compare(const ConfigurationPlaces &places, const ParameterTable &table,
             const ParameterRow &row, Drift &drift) {
    const auto *option = counting(table, row);
    if (!option)
        return tell_without_effect(table, row, drift);
    const bool is_public = option->origin.is_public && (row.live.mode == 0 || row.live.is_public());
    const GuardedText wanted(wanted_by(*option), is_public);
    DriftItem item{DriftKind::Parameter,
                   table.module,
                   {row.name, row.name_is_public()},
                   wanted,
                   {row.live.value.value_or(""), is_public},
                   option->origin.text(),
                   {}};
    if (!row.live.value && row.live.mode != 0)
        return drift.unchecked.push_back(fmt::format("parameter {} of module {}: {}", row.name,
                                                     table.module, row.live.why_no_value()));
    if (!row.live.value)
        return tell_unknown(places, table, row, *option, std::move(item), drift);
    const auto sameness = compare_values(row.type, wanted.text(), *row.live.value);
    if (sameness == Sameness::Unknown)
        drift.unchecked.push_back(fmt::format(
            "parameter {} of module {}: {} sets it to a word that only the module understands",
            row.name, table.module, option->origin.text()));
    if (sameness != Sameness::Different)
        return;
    item.applicable = row.live.writable();
    item.remedy = remedy_for(table, row, wanted);
    drift.items.push_back(std::move(item));
}

} // namespace

void find_parameter_drift(const ConfigurationPlaces &places, Drift &drift) {
    const auto modprobe = ModprobeConfiguration::read(places);
    for (const auto &file : modprobe.unread())
        drift.unchecked.push_back(fmt::format("{}: {}", file.path, file.reason));
    for (const auto &module : modprobe.modules_with_options()) {
        const auto table = parameter_table(places, ModuleName(module), NearNames::LeftOut);
        if (!table || table.value().state == LoadState::Absent)
            continue;
        for (const auto &row : table.value().rows)
            compare(places, table.value(), row, drift);
    }
}

} // namespace mk
