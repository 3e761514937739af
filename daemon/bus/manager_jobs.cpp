// SPDX-License-Identifier: GPL-2.0-only
// Methods that change which modules are loaded: they read and check the request at once, ask for
// authorisation, hand the job on, and answer when it is done or, for StartJob, when it has started.
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <set>

#include "base/module_name.hpp"
#include "base/text_file.hpp"
#include "bus/arguments.hpp"
#include "bus/bus_error.hpp"
#include "bus/manager_object.hpp"
#include "bus/object_path.hpp"
#include "bus/public_reason.hpp"
#include "bus/utf8.hpp"
#include "driver_client/event_names.hpp"
#include "explain/explain_load.hpp"
#include "explain/explain_record.hpp"
#include "job/planner.hpp"
#include "job/request_check.hpp"
#include "kmod/parameters.hpp"

namespace mk::bus {

namespace {

// Whether it is news for everybody, or just an answer to the caller.
bool is_news(ErrorCode code) {
    switch (code) {
    case ErrorCode::InvalidArgument:
    case ErrorCode::AlreadyLoaded:
    case ErrorCode::BuiltIn:
    case ErrorCode::Canceled:
    case ErrorCode::NotAuthorized:
        return false;
    default:
        return true;
    }
}

// What a caller should know besides the reason.
std::string aftermath(const JobRequest &request, const JobOutcome &outcome) {
    std::string text;
    bool is_load = std::holds_alternative<LoadRequest>(request);
    if (!outcome.undone.empty())
        text += fmt::format("; {}: {}",
                            is_load ? "what was loaded for it is unloaded again"
                                    : "loaded again as before",
                            join(outcome.undone));
    if (!outcome.left.empty())
        text += fmt::format("; {}: {}", is_load ? "still loaded" : "could not be loaded again",
                            join(outcome.left));
    if (!outcome.modules.empty())
        text += fmt::format("; {}: {}", is_load ? "loaded anyway" : "done before that",
                            join(outcome.modules));
    return text + and_more(outcome.failures.size());
}

std::string not_a_job(const std::string &verb) {
    if (verb == "unload")
        return "unload takes modules and no parameters";
    if (verb == "reload")
        return "reload takes one module and its parameters";
    return fmt::format("{} is not a job; the jobs are load, unload and reload", quote(verb));
}

// A waiter that answers a call: @reply makes the answer.
JobTable::Waiter answer(const std::shared_ptr<sd_bus_message> &call,
                        int (*reply)(sd_bus_message *call, const JobDone &done)) {
    return [call, reply](const JobTable::End &end) {
        if (!end)
            return reply_error(call.get(), end.error());
        if (int error = reply(call.get(), end.value()); error < 0)
            sd_bus_reply_method_errno(call.get(), error, nullptr);
    };
}

int reply_object(sd_bus_message *call, const JobDone &done) {
    if (done.modules.empty())
        return -ENOENT;
    return sd_bus_reply_method_return(call, "o", module_path(done.modules.front()).c_str());
}

int reply_nothing(sd_bus_message *call, const JobDone &) {
    return sd_bus_reply_method_return(call, "");
}

int reply_names(sd_bus_message *call, const JobDone &done) {
    sd_bus_message *raw = nullptr;
    if (int error = sd_bus_message_new_method_return(call, &raw); error < 0)
        return error;
    Message reply(raw);
    int error = append_strings(raw, done.changed);
    return error < 0 ? error : sd_bus_send(nullptr, raw, nullptr);
}

} // namespace

int ManagerObject::begin(sd_bus_message *message, Result<AskedJob> asked, Reply reply) {
    if (!asked)
        return refuse(message, asked.error());
    auto job = std::move(asked.value());
    if (auto *reload = std::get_if<ReloadRequest>(&job.request))
        remember_loads(*reload);
    const auto load = load_of(job.request);
    auto ask = [this, call = keep(message), job = std::move(job), reply] {
        auto question = question_of(job.request);
        parts_.polkit.ask(call.get(), question, [this, call, job, question, reply]() mutable {
            start_job(call, std::move(job), question, reply);
        });
    };
    if (load && may_have_fault(*load))
        look_for_fault(message, *load, std::move(ask));
    else
        ask();
    return 1;
}

void ManagerObject::start_job(const Call &call, AskedJob asked, const Question &allowed,
                              Reply reply) {
    if (auto *reload = std::get_if<ReloadRequest>(&asked.request)) {
        // Authorisation may have taken minutes.
        remember_loads(*reload);
        if (question_of(asked.request) != allowed)
            return reply_error(
                call.get(),
                {ErrorCode::Failed, fmt::format("module {} was not reloaded: modules were loaded "
                                                "from other files during authorisation; try again",
                                                reload->name)});
    }
    const auto *caller = parts_.callers.find(call.get());
    if (!caller) // nobody would get the answer
        return reply_error(call.get(), {ErrorCode::NotAuthorized, "the caller has left the bus"});
    auto waiter = reply ? answer(call, reply) : [](const JobTable::End &) {};
    auto id = jobs_.start(std::move(asked.request), asked.timeout_us, *caller, waiter);
    if (!id)
        return reply_error(call.get(), id.error());
    if (!reply)
        sd_bus_reply_method_return(call.get(), "o", JobTable::path(id.value()).c_str());
}

// How the module and its users were loaded, to restore the old state.
void ManagerObject::remember_loads(ReloadRequest &request) {
    parts_.catch_up();
    const auto all = parts_.source.list();
    ModuleNames names = {request.name};
    request.loaded_as.clear();
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (request.loaded_as.contains(names[i]))
            continue;
        auto &loaded_as = request.loaded_as[names[i]];
        if (const auto *known = parts_.registry.find(names[i]))
            loaded_as = {known->path, known->load.arguments, known->is_load_seen, known->file};
        for (const auto &module : all)
            if (module.name == names[i])
                names.insert(names.end(), module.used_by.begin(), module.used_by.end());
    }
}

JobTable::Explained ManagerObject::end_job(const JobTable::Asked &job, JobOutcome &outcome,
                                           pid_t worker) {
    parts_.catch_up();
    auto trace = parts_.dispatcher.take_trace(worker);
    const bool whole =
        parts_.source.uses_driver() && worker != 0 && parts_.dispatcher.gaps() == job.gaps;
    note_files(outcome.files);
    const bool is_unload = std::holds_alternative<UnloadRequest>(job.request);
    JobTable::Explained explained{
        JobDone{outcome.modules, is_unload ? outcome.modules : outcome.loaded}, ""};
    for (const auto &failure : outcome.failures) {
        auto told = tell_failure(job, failure, trace, whole);
        if (!explained.end)
            continue;
        told.error.message += aftermath(job.request, outcome);
        explained = {std::move(told.error), std::move(told.reason)};
    }
    tell_the_rest(trace, job.id);
    return explained;
}

// Other failures that are not the reason, such as a softdep.
void ManagerObject::tell_the_rest(const WorkerTrace &trace, std::uint32_t job) {
    for (const auto &event : trace.failures)
        if (const auto *change = event.as<driver::ModuleEvent>();
            change && change->stage != driver::Stage::Duplicate)
            parts_.signals.module_failed(ModuleName(change->module),
                                         explain_failure(event, Audience::Everybody),
                                         event.sequence, job);
}

// The kernel does not remember from which file a module was loaded.
void ManagerObject::note_files(const std::vector<NamedFile> &files) {
    for (const auto &file : files)
        if (auto *known = parts_.registry.find(file.module)) {
            known->path = file.path;
            known->file = file.identity;
        }
}

ManagerObject::Told ManagerObject::tell_failure(const JobTable::Asked &job, const Failure &failure,
                                                WorkerTrace &trace, bool trace_is_whole) {
    auto name = ModuleName::of_target(targets_of(job.request).front());
    std::uint64_t sequence = 0;
    Told told;
    if (const auto *refusal = std::get_if<LoadRefusal>(&failure)) {
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
            if (const auto *change = event.template as<driver::ModuleEvent>()) {
                facts.stage = change->stage;
                facts.rule = change->rule;
                facts.rule_reason = change->rule_reason;
            }
            // They are of this very call; what the worker read itself is of the time.
            if (auto lines = telling_lines(event); !lines.empty())
                facts.log = std::move(lines);
            return true;
        });
        const auto found = diagnose_load(facts, began);
        // Lines that may repeat hidden values are for root alone; other lines, for callers who may
        // load.
        const bool may_read_log = job.is_for_root || facts.is_log_public;
        told = {error_of(found, may_read_log ? LogLines::Shown : LogLines::Withheld),
                sentence_of(found, LogLines::LeftOut)};
    } else {
        told.error = std::get<Error>(failure);
        if (told.error.facts.module.empty() && targets_of(job.request).size() == 1)
            told.error.facts.module = name;
        told.reason = public_reason(told.error.code, name);
    }
    const bool is_unload = std::holds_alternative<UnloadRequest>(job.request);
    if (!is_unload && is_news(told.error.code))
        parts_.signals.module_failed(name, {told.error.code, told.reason}, sequence, job.id);
    return told;
}

int ManagerObject::on_load(sd_bus_message *call, void *userdata, sd_bus_error *error) {
    auto &self = *static_cast<ManagerObject *>(userdata);
    auto target = read_string(call);
    if (!target)
        return set_error(error, target.error());
    auto parameters = read_strings(call, parameters_max, "parameters");
    if (!parameters)
        return set_error(error, parameters.error());
    return self.begin(call,
                      read_load(call, "Load", {target.value()}, parameters.value(), Together::No),
                      reply_object);
}

int ManagerObject::on_load_all(sd_bus_message *call, void *userdata, sd_bus_error *error) {
    auto &self = *static_cast<ManagerObject *>(userdata);
    auto targets = read_strings(call, targets_max, "modules");
    if (!targets)
        return set_error(error, targets.error());
    return self.begin(call, read_load(call, "LoadAll", targets.value(), {}, Together::Yes),
                      reply_names);
}

int ManagerObject::on_unload(sd_bus_message *call, void *userdata, sd_bus_error *error) {
    auto &self = *static_cast<ManagerObject *>(userdata);
    auto name = read_string(call);
    if (!name)
        return set_error(error, name.error());
    return self.begin(call, read_unload(call, "Unload", {name.value()}), reply_nothing);
}

int ManagerObject::on_unload_all(sd_bus_message *call, void *userdata, sd_bus_error *error) {
    auto &self = *static_cast<ManagerObject *>(userdata);
    auto names = read_strings(call, targets_max, "modules");
    if (!names)
        return set_error(error, names.error());
    return self.begin(call, read_unload(call, "UnloadAll", names.value()), reply_names);
}

int ManagerObject::on_reload(sd_bus_message *call, void *userdata, sd_bus_error *error) {
    auto &self = *static_cast<ManagerObject *>(userdata);
    auto name = read_string(call);
    if (!name)
        return set_error(error, name.error());
    auto parameters = read_strings(call, parameters_max, "parameters");
    if (!parameters)
        return set_error(error, parameters.error());
    return self.begin(call, read_reload(call, "Reload", name.value(), parameters.value()),
                      reply_object);
}

int ManagerObject::on_start_job(sd_bus_message *call, void *userdata, sd_bus_error *error) {
    auto &self = *static_cast<ManagerObject *>(userdata);
    auto verb = read_string(call);
    if (!verb)
        return set_error(error, verb.error());
    auto names = read_strings(call, targets_max, "modules");
    if (!names)
        return set_error(error, names.error());
    auto parameters = read_strings(call, parameters_max, "parameters");
    if (!parameters)
        return set_error(error, parameters.error());
    if (verb.value() == "load")
        return self.begin(
            call, read_load(call, "StartJob", names.value(), parameters.value(), Together::No),
            nullptr);
    if (verb.value() == "unload" && parameters.value().empty())
        return self.begin(call, read_unload(call, "StartJob", names.value()), nullptr);
    if (verb.value() == "reload" && names.value().size() == 1)
        return self.begin(call,
                          read_reload(call, "StartJob", names.value().front(), parameters.value()),
                          nullptr);
    return set_error(error, {ErrorCode::InvalidArgument, not_a_job(verb.value())});
}

} // namespace mk::bus
