// SPDX-License-Identifier: GPL-2.0-only
// Methods of org.modkeeper1.Configuration: they read and check the request at once, ask for
// authorisation, and hand the work on.
#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>
#include <span>
#include <utility>

#include "base/module_name.hpp"
#include "base/text_file.hpp"
#include "bus/arguments.hpp"
#include "bus/bus_error.hpp"
#include "bus/configuration_object.hpp"
#include "bus/configuration_rows.hpp"
#include "config/enable.hpp"
#include "config/modprobe_options.hpp"
#include "config/parameter_table.hpp"
#include "config/set_parameter.hpp"
#include "kmod/parameters.hpp"
#include "policy/local_mask.hpp"

namespace mk::bus {

namespace {

Result<Answer> answer_of_changes(const Result<Changes> &changes) {
    if (!changes)
        return changes.error();
    return answer_of(changes.value());
}

// The same, with the module that an error is about, for programs.
Result<Answer> about(const std::string &module, const Result<Answer> &answer) {
    if (answer || !answer.error().facts.module.empty())
        return answer;
    auto error = answer.error();
    error.facts.module = module;
    return error;
}

Changes joined(Changes changes, Changes more) {
    std::move(more.begin(), more.end(), std::back_inserter(changes));
    return changes;
}

struct Named {
    ModuleName module;
    std::string parameter;
};

Result<Named> read_named(sd_bus_message *message) {
    const auto text = TRY(read_string(message));
    auto module = TRY(ModuleName::checked(text));
    auto parameter = TRY(read_string(message));
    TRY(check_parameter_syntax({parameter + "="}));
    return Named{std::move(module), std::move(parameter)};
}

Result<SetRequest> read_set(sd_bus_message *message) {
    auto named = TRY(read_named(message));
    auto value = TRY(read_string(message));
    SetRequest request;
    request.module = std::move(named.module);
    request.parameter = std::move(named.parameter);
    request.value = std::move(value);
    const std::array<Option, 2> flags = {
        {{"runtime", &request.runtime}, {"persistent", &request.persistent}}};
    TRY(read_options(message, "SetParameter", flags));
    TRY(check_parameter_syntax({request.parameter + "=" + request.value}));
    if (!request.runtime && !request.persistent)
        return Error{ErrorCode::InvalidArgument,
                     "SetParameter with neither runtime nor persistent has nothing to do"};
    return request;
}

} // namespace

int ConfigurationObject::on_get_parameters(sd_bus_message *message, void *userdata,
                                           sd_bus_error *error) {
    auto &self = *static_cast<ConfigurationObject *>(userdata);
    const auto given = read_string(message);
    if (!given)
        return set_error(error, given.error());
    auto module = ModuleName::checked(given.value());
    if (!module)
        return set_error(error, module.error());
    self.start(
        keep(message), false,
        [places = self.places_, module = module.take()] {
            const auto table = parameter_table(places, module, NearNames::LookedFor);
            return about(module, table ? answer_of(table.value()) : Result<Answer>(table.error()));
        },
        append_answer);
    return 1;
}

int ConfigurationObject::on_set_parameter(sd_bus_message *message, void *userdata,
                                          sd_bus_error *error) {
    auto &self = *static_cast<ConfigurationObject *>(userdata);
    auto read = read_set(message);
    if (!read)
        return set_error(error, read.error());
    auto &request = read.value();
    auto questions = questions_of(request);
    self.ask(keep(message), std::move(questions),
             [places = self.places_, request = std::move(request)] {
                 return about(request.module, answer_of_changes(set_parameter(places, request)));
             });
    return 1;
}

int ConfigurationObject::on_unset_parameter(sd_bus_message *message, void *userdata,
                                            sd_bus_error *error) {
    auto &self = *static_cast<ConfigurationObject *>(userdata);
    auto named = read_named(message);
    if (!named)
        return set_error(error, named.error());
    if (auto options = read_options(message, "UnsetParameter", {}); !options)
        return set_error(error, options.error());
    auto question = unset_question_of(named.value().module, named.value().parameter);
    self.ask(keep(message), {std::move(question)},
             [places = self.places_, named = std::move(named.value())] {
                 return about(named.module, answer_of_changes(unset_parameter(places, named.module,
                                                                              named.parameter)));
             });
    return 1;
}

int ConfigurationObject::choose(sd_bus_message *message, const char *method, const char *verb,
                                bool may_force, Choice choice, sd_bus_error *error) {
    auto names = read_strings(message, choices_max, "modules");
    if (!names)
        return set_error(error, names.error());
    bool force = false;
    const std::array<Option, 1> flags = {{{"force", &force}}};
    if (auto options =
            read_options(message, method,
                         may_force ? std::span<const Option>(flags) : std::span<const Option>());
        !options)
        return set_error(error, options.error());
    for (const auto &name : names.value())
        if (auto checked = check_name(name); !checked)
            return set_error(error, checked.error());
    auto question = choice_question_of(verb, names.value(), force);
    ask(keep(message), {std::move(question)},
        [places = places_, names = std::move(names.value()), force, choice = std::move(choice)] {
            return about(names.size() == 1 ? ModuleName(names.front()) : ModuleName(),
                         answer_of_changes(choice(places, names, force)));
        });
    return 1;
}

int ConfigurationObject::on_enable(sd_bus_message *message, void *userdata, sd_bus_error *error) {
    return static_cast<ConfigurationObject *>(userdata)->choose(message, "Enable", "enable", true,
                                                                enable, error);
}

int ConfigurationObject::on_disable(sd_bus_message *message, void *userdata, sd_bus_error *error) {
    return static_cast<ConfigurationObject *>(userdata)->choose(
        message, "Disable", "disable", false,
        [](const auto &places, const auto &names, bool) { return disable(places, names); }, error);
}

int ConfigurationObject::on_mask(sd_bus_message *message, void *userdata, sd_bus_error *error) {
    auto &self = *static_cast<ConfigurationObject *>(userdata);
    const auto with_rules = [&policy = self.policy_](const auto &places, const auto &names,
                                                     bool force) -> Result<Changes> {
        auto changes = TRY(mask(places, names, force));
        return joined(std::move(changes), policy::put_masks(policy, places, module_names(names)));
    };
    return self.choose(message, "Mask", "mask", true, with_rules, error);
}

int ConfigurationObject::on_unmask(sd_bus_message *message, void *userdata, sd_bus_error *error) {
    auto &self = *static_cast<ConfigurationObject *>(userdata);
    const auto with_rules = [&policy = self.policy_](const auto &places, const auto &names,
                                                     bool) -> Result<Changes> {
        auto changes = TRY(unmask(places, names));
        return joined(std::move(changes), policy::take_masks(policy, places, module_names(names)));
    };
    return self.choose(message, "Unmask", "unmask", false, with_rules, error);
}

int ConfigurationObject::on_get_drift(sd_bus_message *message, void *userdata,
                                      sd_bus_error *error) {
    auto &self = *static_cast<ConfigurationObject *>(userdata);
    const auto *caller = self.callers_.find(message);
    if (!caller)
        return set_error(error, {ErrorCode::NotAuthorized, "the caller has left the bus"});
    if (self.drift_ && std::chrono::steady_clock::now() - self.drift_->when < drift_kept) {
        reply_answer(message, self.drift_->found, append_drift);
        return 1;
    }
    auto &waiting = self.drift_callers_;
    const auto of_account = std::count_if(waiting.begin(), waiting.end(), [&](const auto &one) {
        return one.first == caller->account;
    });
    if (caller->uid != 0 && (waiting.size() >= drift_callers_max ||
                             of_account >= static_cast<std::ptrdiff_t>(drift_callers_of_account)))
        return set_error(error,
                         {ErrorCode::Failed,
                          "too many callers are waiting for the same answer; try again later"});
    waiting.emplace_back(caller->account, keep(message));
    if (waiting.size() == 1)
        self.find_drift();
    return 1;
}

} // namespace mk::bus
