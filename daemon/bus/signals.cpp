// SPDX-License-Identifier: GPL-2.0-only
#include "bus/signals.hpp"

#include <vector>

#include "bus/object_path.hpp"
#include "bus/utf8.hpp"
#include "driver_client/event_names.hpp"
#include "explain/explain_record.hpp"

namespace mk::bus {

namespace {

// As ModuleFailed names it, "" when nothing failed.
std::string result_of(const driver::Event &event) {
    const auto failure = error_of_record(event);
    return failure ? std::string(error_name(*failure)) : "";
}

void changed(sd_bus *bus, const char *path, const char *interface,
             std::initializer_list<const char *> properties) {
    std::vector<std::string> names(properties.begin(), properties.end());
    // sd-bus wants a vector of writable strings, ended by a null, and does not write to them.
    std::vector<char *> list;
    list.reserve(names.size() + 1);
    for (auto &name : names)
        list.push_back(name.data());
    list.push_back(nullptr);
    sd_bus_emit_properties_changed_strv(bus, path, interface, list.data());
}

} // namespace

void Signals::module_loaded(const ModuleName &name, std::uint64_t sequence) {
    sd_bus_emit_signal(bus_, root_path, manager_interface, "ModuleLoaded", "sot",
                       utf8(name).c_str(), module_path(name).c_str(), sequence);
}

void Signals::module_unloaded(const ModuleName &name, std::uint64_t sequence) {
    sd_bus_emit_signal(bus_, root_path, manager_interface, "ModuleUnloaded", "sot",
                       utf8(name).c_str(), module_path(name).c_str(), sequence);
}

void Signals::module_failed(const ModuleName &name, const Error &error, std::uint64_t sequence,
                            std::uint32_t job) {
    sd_bus_emit_signal(bus_, root_path, manager_interface, "ModuleFailed", "ssstu",
                       utf8(name).c_str(), std::string(error_name(error.code)).c_str(),
                       utf8(error.message).c_str(), sequence, job);
}

void Signals::event(const driver::Event &event) {
    // Kinds that are too frequent; clients can query them.
    if (event.kind == driver::EventKind::Present || event.kind == driver::EventKind::Reference)
        return;
    sd_bus_emit_signal(bus_, root_path, recorder_interface, "Event", "tsss", event.sequence,
                       std::string(driver::name_of(event.kind)).c_str(),
                       utf8(std::string(driver::module_of(event))).c_str(),
                       result_of(event).c_str());
}

void Signals::policy_decided(const driver::Event &event, const driver::PolicyDecision &decision) {
    sd_bus_emit_signal(bus_, root_path, policy_interface, "Decision", "sssst",
                       utf8(decision.module).c_str(),
                       std::string(driver::name_of(decision.gate)).c_str(),
                       std::string(driver::name_of(decision.outcome)).c_str(),
                       utf8(decision.rule).c_str(), event.sequence);
}

void Signals::policy_changed(const driver::PolicyChange &change) {
    changed(bus_, root_path, policy_interface,
            {"LoadMode", "RequestMode", "Generation", "RuleCount", "Digest", "Sealed"});
    if (change.policy_change == driver::PolicyChangeKind::RolledBack)
        sd_bus_emit_signal(bus_, root_path, policy_interface, "RolledBack", "t",
                           change.policy_generation);
}

void Signals::object_added(const ModuleName &name) {
    sd_bus_emit_object_added(bus_, module_path(name).c_str());
}

void Signals::object_removed(const ModuleName &name) {
    sd_bus_emit_object_removed(bus_, module_path(name).c_str());
}

void Signals::module_changed(const ModuleName &name,
                             std::initializer_list<const char *> properties) {
    changed(bus_, module_path(name).c_str(), module_interface, properties);
}

void Signals::manager_changed(std::initializer_list<const char *> properties) {
    changed(bus_, root_path, manager_interface, properties);
}

} // namespace mk::bus
