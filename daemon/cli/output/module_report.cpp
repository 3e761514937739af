// SPDX-License-Identifier: GPL-2.0-only
// Sources of the facts about a module, and which of them may be missing.
#include "cli/output/module_report.hpp"
#include "base/module_name.hpp"
#include "driver_client/dev_node_client.hpp"

namespace mk::cli {
namespace {

// From the record, for those who may read it. A path below another root is not valid in this one.
std::string file_of_load(driver::DevNodeClient &driver, std::uint64_t load_sequence) {
    if (load_sequence == 0 || !driver.open_events(true))
        return {};
    for (;;) {
        const auto events = driver.read_events();
        if (!events || events.value().empty())
            return {};
        for (const driver::Event &event : events.value())
            if (const auto *change = event.as<driver::ModuleEvent>();
                event.sequence == load_sequence && change != nullptr)
                return change->other_root ? "" : change->file;
    }
}

// A built-in module has a directory in sysfs only for its parameters.
LoadState state_with_file(const ModuleReport &report) {
    const bool is_built_in = report.file && report.file->built_in;
    return is_built_in && report.state == LoadState::Absent ? LoadState::BuiltIn : report.state;
}

void take_record(ModuleReport &report) {
    driver::DevNodeClient driver;
    auto recorded = driver.module(report.name);
    if (!recorded)
        return;
    report.loaded_file = file_of_load(driver, recorded.value().load_sequence);
    report.recorded = std::move(recorded.value());
}

} // namespace

Result<ModuleReport> report_on(const std::string &target, const ConfigurationPlaces &places) {
    auto catalog = TRY(Catalog::create(places.catalog(), NearNames::LookedFor));
    ModuleReport report;
    auto file = catalog.find(target);
    if (file) {
        report.name = file.value().name;
        report.file = std::move(file.value());
        if (auto names = catalog.resolve_names(target); names && names.value().size() > 1)
            report.also.assign(names.value().begin() + 1, names.value().end());
    } else {
        report.name = ModuleName(target);
    }

    const LoadedModules kernel = places.loaded();
    // a path leads nowhere in sysfs
    if (!is_path(report.name) && check_name(report.name)) {
        report.state = kernel.state(report.name);
        report.loaded = kernel.find(report.name);
        if (report.loaded) {
            kernel.complete(*report.loaded);
            report.loaded->uses = kernel.uses(report.name);
        }
        if (places.is_this_machine())
            take_record(report);
    }
    // a module that was loaded from elsewhere has no file here
    const bool in_kernel = report.state != LoadState::Absent || report.recorded;
    if (!report.file && !in_kernel)
        return file.error();
    report.state = state_with_file(report);
    report.parameters = merged_parameters(
        report.file ? &*report.file : nullptr,
        report.recorded ? report.recorded->parameters : std::vector<ParameterInfo>{},
        in_kernel ? kernel.parameters(report.name) : std::vector<ParameterValue>{});
    return report;
}

} // namespace mk::cli
