// SPDX-License-Identifier: GPL-2.0-only
// Load and Unload: read and check at once, ask whether it is allowed, do it elsewhere, answer when
// it is done.
#include <array>
#include <optional>

#include "bus/arguments.hpp"
#include "bus/bus_error.hpp"
#include "bus/manager_object.hpp"
#include "bus/object_path.hpp"
#include "engine/explain_load.hpp"
#include "engine/explain_record.hpp"
#include "engine/module_name.hpp"
#include "engine/parameters.hpp"

namespace mk::bus {

namespace {

// Is it news for everybody, or just an answer to the caller?
bool is_failure(ErrorCode code) {
    switch (code) {
    case ErrorCode::InvalidArgument:
    case ErrorCode::AlreadyLoaded:
    case ErrorCode::BuiltIn:
    case ErrorCode::NotAuthorized:
        return false;
    default:
        return true;
    }
}

std::string name_of(const std::string &target) {
    return engine::is_path(target) ? engine::name_from_path(target)
                                   : engine::canonical_name(target);
}

} // namespace

Result<engine::LoadRequest> ManagerObject::read_load(sd_bus_message *call) const {
    engine::LoadRequest request;
    const std::array<Option, 3> flags = {{{"force-vermagic", &request.force_vermagic},
                                          {"force-modversions", &request.force_modversions},
                                          {"ignore-blacklist", &request.ignore_blacklist}}};
    auto target = read_string(call);
    if (!target)
        return target.error();
    auto parameters = read_strings(call, engine::parameters_max, "parameters");
    if (!parameters)
        return parameters.error();
    if (auto options = read_options(call, "Load", flags); !options)
        return options.error();
    request.target = std::move(target.value());
    request.parameters = std::move(parameters.value());
    if (auto checked = engine::check_load_target(request.target); !checked)
        return checked.error();
    if (auto checked = engine::check_parameter_syntax(request.parameters); !checked)
        return checked.error();
    return request;
}

int ManagerObject::on_load(sd_bus_message *message, void *userdata, sd_bus_error *error) {
    auto &self = *static_cast<ManagerObject *>(userdata);
    auto request = self.read_load(message);
    if (!request)
        return set_error(error, request.error());
    auto call = keep(message);
    auto target = request.value().target;
    self.parts_.authority.ask(message, "org.modkeeper1.load", target,
                              [&self, call, load = std::move(request.value())](auto allowed) {
                                  if (!allowed)
                                      return reply_error(call.get(), allowed.error());
                                  self.start_load(call, load);
                              });
    return 1;
}

void ManagerObject::start_load(const Call &call, engine::LoadRequest request) {
    auto gaps = parts_.feed.gaps();
    auto asked = request;
    parts_.jobs.load(std::move(request), [this, call, asked, gaps](auto outcome, pid_t worker) {
        parts_.catch_up();
        bool whole = parts_.source.uses_driver() && worker != 0 && parts_.feed.gaps() == gaps;
        end_load(call, asked, outcome, parts_.feed.take_trace(worker), whole);
    });
}

void ManagerObject::end_load(const Call &call, const engine::LoadRequest &request,
                             const engine::LoadOutcome &outcome, WorkerTrace trace,
                             bool trace_is_whole) {
    if (const auto *name = std::get_if<std::string>(&outcome)) {
        if (auto *known = parts_.inventory.find(*name); known && engine::is_path(request.target))
            known->path = request.target;
        sd_bus_reply_method_return(call.get(), "o", module_path(*name).c_str());
    } else {
        reply_error(call.get(), tell_failure(request, outcome, trace, trace_is_whole));
    }
    // What failed on the way without being the reason, such as a softdep.
    for (const auto &event : trace.failures)
        if (const auto *change = event.as<driver::ModuleChange>();
            change && change->stage != driver::Stage::Duplicate)
            parts_.signals.module_failed(change->module, engine::explain_failure(event),
                                         event.sequence);
}

Error ManagerObject::tell_failure(const engine::LoadRequest &request,
                                  const engine::LoadOutcome &outcome, WorkerTrace &trace,
                                  bool trace_is_whole) {
    auto name = name_of(request.target);
    std::uint64_t sequence = 0;
    Error error;
    if (const auto *refusal = std::get_if<engine::LoadRefusal>(&outcome)) {
        name = refusal->module;
        std::optional<bool> began;
        if (trace.begun.contains(name))
            began = true;
        else if (trace_is_whole)
            began = false;
        auto facts = *refusal;
        std::erase_if(trace.failures, [&](const auto &event) {
            if (driver::module_of(event) != name)
                return false;
            sequence = event.sequence;
            if (const auto *change = event.template as<driver::ModuleChange>())
                facts.stage = change->stage;
            return true;
        });
        error = engine::explain_load(facts, began);
    } else {
        error = std::get<Error>(outcome);
    }
    if (is_failure(error.code))
        parts_.signals.module_failed(name, error, sequence);
    return error;
}

int ManagerObject::on_unload(sd_bus_message *message, void *userdata, sd_bus_error *error) {
    auto &self = *static_cast<ManagerObject *>(userdata);
    auto given = read_string(message);
    if (!given)
        return set_error(error, given.error());
    if (auto options = read_options(message, "Unload", {}); !options)
        return set_error(error, options.error());
    if (auto checked = engine::check_name(given.value()); !checked)
        return set_error(error, checked.error());
    auto call = keep(message);
    auto name = engine::canonical_name(given.value());
    self.parts_.authority.ask(message, "org.modkeeper1.unload", name,
                              [&self, call, name](auto allowed) {
                                  if (!allowed)
                                      return reply_error(call.get(), allowed.error());
                                  self.start_unload(call, name);
                              });
    return 1;
}

void ManagerObject::start_unload(const Call &call, const std::string &name) {
    parts_.jobs.unload(name, [this, call](auto outcome) {
        parts_.catch_up();
        if (outcome)
            sd_bus_reply_method_return(call.get(), "");
        else
            reply_error(call.get(), outcome.error());
    });
}

} // namespace mk::bus
