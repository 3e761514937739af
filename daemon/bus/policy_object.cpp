// SPDX-License-Identifier: GPL-2.0-only
#include "bus/policy_object.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <string_view>
#include <utility>

#include "base/module_name.hpp"
#include "bus/arguments.hpp"
#include "bus/bus_error.hpp"
#include "bus/callback.hpp"
#include "bus/object_path.hpp"
#include "bus/policy_rows.hpp"
#include "bus/task_answer.hpp"
#include "driver_client/event_names.hpp"
#include "policy/activation.hpp"
#include "policy/check.hpp"

namespace mk::bus {

namespace {

using driver::PolicyGate;

constexpr std::uint64_t ns_per_us = 1000;
constexpr std::size_t names_max = 64; // of which the driver has room for as many permissions

Result<PolicyGate> read_gate(sd_bus_message *call) {
    const auto word = TRY(read_string(call));
    const auto gate = driver::named<PolicyGate>(word);
    if (!gate || *gate == PolicyGate::Unknown)
        return Error{ErrorCode::InvalidArgument, "the gate is \"load\" or \"request\""};
    return *gate;
}

Result<driver::PolicyMode> read_mode(sd_bus_message *call) {
    const auto word = TRY(read_string(call));
    const auto mode = driver::named<driver::PolicyMode>(word);
    if (!mode)
        return Error{ErrorCode::InvalidArgument, "the mode is \"off\", \"audit\" or \"enforce\""};
    return *mode;
}

Result<std::uint64_t> read_number(sd_bus_message *call) {
    std::uint64_t number = 0;
    if (sd_bus_message_read(call, "t", &number) < 0)
        return Error{ErrorCode::InvalidArgument, "the arguments cannot be read"};
    return number;
}

struct ModeWish {
    PolicyGate gate = PolicyGate::Load;
    driver::PolicyMode mode = driver::PolicyMode::Off;
};

Result<ModeWish> read_mode_wish(sd_bus_message *call) {
    ModeWish wish;
    wish.gate = TRY(read_gate(call));
    wish.mode = TRY(read_mode(call));
    TRY(read_options(call, "SetMode", {}));
    return wish;
}

Result<AllowRequest> read_allow(sd_bus_message *call) {
    AllowRequest request;
    request.names = TRY(read_strings(call, names_max, "names"));
    const auto usec = TRY(read_number(call));
    request.wish.for_ns = std::min(usec, UINT64_MAX / ns_per_us) * ns_per_us;
    bool is_request = false;
    std::optional<std::uint64_t> uses;
    const std::array<Option, 2> options = {{{"request", &is_request}, {"uses", &uses}}};
    TRY(read_options(call, "Allow", options));
    if (uses && (*uses == 0 || *uses > UINT32_MAX))
        return Error{ErrorCode::InvalidArgument, "\"uses\" is a number from 1 to 4294967295"};
    request.wish.uses = static_cast<std::uint32_t>(uses.value_or(0));
    request.wish.gate = is_request ? PolicyGate::Request : PolicyGate::Load;
    if (request.names.empty())
        return Error{ErrorCode::InvalidArgument, "Allow names nothing"};
    return request;
}

Result<driver::PolicyQuestion> read_test(sd_bus_message *call) {
    driver::PolicyQuestion question;
    question.name = TRY(read_string(call));
    bool is_request = false;
    bool is_unsigned = false;
    bool is_unprivileged = false;
    bool is_client = false;
    std::optional<std::uint64_t> uid;
    const std::array<Option, 9> options = {{{"request", &is_request},
                                            {"unsigned", &is_unsigned},
                                            {"out-of-tree", &question.is_out_of_tree},
                                            {"from-memory", &question.is_from_memory},
                                            {"unprivileged", &is_unprivileged},
                                            {"container", &question.is_in_container},
                                            {"for", &question.is_for_task},
                                            {"client", &is_client},
                                            {"uid", &uid}}};
    TRY(read_options(call, "Test", options));
    if (uid && *uid >= UINT32_MAX)
        return Error{ErrorCode::InvalidArgument, "\"uid\" is no number of a user"};
    if (is_client && (is_request || question.is_for_task))
        return Error{ErrorCode::InvalidArgument,
                     "\"client\" goes with neither \"request\" nor \"for\""};
    if (!is_request)
        question.name = TRY(ModuleName::checked(question.name));
    question.gate = is_request ? PolicyGate::Request : PolicyGate::Load;
    question.is_signed = !is_unsigned;
    question.is_privileged = !is_unprivileged;
    constexpr std::uint32_t nobody = 65534;
    question.uid = uid ? static_cast<std::uint32_t>(*uid) : is_unprivileged ? nobody : 0;
    return is_client ? driver::for_client(question) : question;
}

// A release; "": the running kernel.
Result<std::string> read_kernel(sd_bus_message *call) {
    auto kernel = TRY(read_string(call));
    TRY(read_options(call, "Check", {}));
    if (kernel.find('/') != std::string::npos || kernel == "." || kernel == "..")
        return Error{ErrorCode::InvalidArgument, quote(kernel) + " is no release of a kernel"};
    return kernel;
}

// Seconds that a policy is on trial; 0: it is not.
Result<int> read_trial(sd_bus_message *call) {
    constexpr std::uint64_t second_us = 1'000'000;
    constexpr std::uint64_t day = 86400;
    const auto usec = TRY(read_number(call));
    TRY(read_options(call, "Apply", {}));
    if (usec > day * second_us)
        return Error{ErrorCode::InvalidArgument, "a trial lasts a day at most"};
    return static_cast<int>((usec + second_us - 1) / second_us);
}

const policy::Finding *first_error(const policy::Findings &findings) {
    const auto found = std::find_if(findings.begin(), findings.end(),
                                    [](const auto &one) { return one.is_error(); });
    return found == findings.end() ? nullptr : &*found;
}

} // namespace

// Everybody may call: methods that change or tell something ask polkit themselves.
const sd_bus_vtable PolicyObject::vtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD_WITH_ARGS("ListRules", SD_BUS_NO_ARGS, SD_BUS_RESULT("aa{sv}", rules),
                            callback<on_list_rules>, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("ListPermissions", SD_BUS_NO_ARGS, SD_BUS_RESULT("aa{sv}", permissions),
                            callback<on_list_permissions>, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("Test", SD_BUS_ARGS("s", name, "a{sv}", options),
                            SD_BUS_RESULT("a{sv}", answer), callback<on_test>,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("Check", SD_BUS_ARGS("s", kernel, "a{sv}", options),
                            SD_BUS_RESULT("a{sv}", checked), callback<on_check>,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("Apply", SD_BUS_ARGS("t", rollback_usec, "a{sv}", options),
                            SD_BUS_RESULT("t", generation), callback<on_apply>,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("SetMode", SD_BUS_ARGS("s", gate, "s", mode, "a{sv}", options),
                            SD_BUS_RESULT("t", generation), callback<on_set_mode>,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("Confirm", SD_BUS_ARGS("a{sv}", options),
                            SD_BUS_RESULT("t", generation), callback<on_confirm>,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("Rollback", SD_BUS_ARGS("a{sv}", options),
                            SD_BUS_RESULT("t", generation), callback<on_roll_back>,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("Allow", SD_BUS_ARGS("as", names, "t", for_usec, "a{sv}", options),
                            SD_BUS_RESULT("aa{sv}", permissions), callback<on_allow>,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("Revoke", SD_BUS_ARGS("t", permission, "a{sv}", options),
                            SD_BUS_NO_RESULT, callback<on_revoke>, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("Deny", SD_BUS_ARGS("as", names, "a{sv}", options),
                            SD_BUS_RESULT("a{sv}", denied), callback<on_deny>,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("RevokeRules", SD_BUS_ARGS("as", names_or_ids, "a{sv}", options),
                            SD_BUS_RESULT("a{sv}", revoked), callback<on_revoke_rules>,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("Seal", SD_BUS_ARGS("a{sv}", options), SD_BUS_RESULT("t", generation),
                            callback<on_seal>, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_SIGNAL_WITH_ARGS(
        "Decision", SD_BUS_ARGS("s", module, "s", gate, "s", outcome, "s", rule, "t", sequence), 0),
    SD_BUS_SIGNAL_WITH_ARGS("RolledBack", SD_BUS_ARGS("t", generation), 0),
    SD_BUS_PROPERTY("LoadMode", "s", callback<get_property>, 0,
                    SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("RequestMode", "s", callback<get_property>, 0,
                    SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Ceiling", "s", callback<get_property>, 0, 0),
    SD_BUS_PROPERTY("Generation", "t", callback<get_property>, 0,
                    SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("RuleCount", "u", callback<get_property>, 0,
                    SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Digest", "s", callback<get_property>, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Sealed", "b", callback<get_property>, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("TrialLeftUSec", "t", callback<get_property>, 0, 0),
    SD_BUS_PROPERTY("Denied", "t", callback<get_property>, 0, 0),
    SD_BUS_PROPERTY("WouldDeny", "t", callback<get_property>, 0, 0),
    SD_BUS_VTABLE_END};

int PolicyObject::attach(sd_bus *bus) {
    sd_bus_slot *slot = nullptr;
    int error = sd_bus_add_object_vtable(bus, &slot, root_path, policy_interface, vtable, this);
    slot_.reset(slot);
    return error;
}

int PolicyObject::get_property(sd_bus *, const char *, const char *, const char *property,
                               sd_bus_message *reply, void *userdata, sd_bus_error *) {
    auto &self = *static_cast<PolicyObject *>(userdata);
    // Without the driver there is no policy.
    const auto found = self.policy_.summary();
    const auto policy = found ? found.value() : driver::PolicySummary{};
    const std::string_view name = property;
    const auto text = [&](std::string_view value) {
        return sd_bus_message_append(reply, "s", std::string(value).c_str());
    };
    const auto number = [&](std::uint64_t value) {
        return sd_bus_message_append(reply, "t", value);
    };
    if (name == "LoadMode")
        return text(driver::name_of(policy.mode_of_loads()));
    if (name == "RequestMode")
        return text(driver::name_of(policy.mode_of_requests()));
    if (name == "Ceiling")
        return text(driver::name_of(policy.ceiling));
    if (name == "Digest")
        return text(policy.digest);
    if (name == "Sealed")
        return sd_bus_message_append(reply, "b", static_cast<int>(policy.is_sealed));
    if (name == "RuleCount")
        return sd_bus_message_append(reply, "u", policy.rule_count);
    if (name == "TrialLeftUSec")
        return number(policy.trial_left_ns.value_or(0) / ns_per_us);
    if (name == "Denied")
        return number(policy.denied);
    if (name == "WouldDeny")
        return number(policy.would_deny);
    return number(policy.generation);
}

int PolicyObject::ask(sd_bus_message *call, const Question &question, Work work, Append append) {
    polkit_.ask(call, question, [this, call = keep(call), work = std::move(work), append] {
        answer_in_task(background_, callers_, call.get(), true, work, append);
    });
    return 1;
}

int PolicyObject::on_list_rules(sd_bus_message *call, void *userdata, sd_bus_error *) {
    auto &self = *static_cast<PolicyObject *>(userdata);
    return self.ask(
        call, read_policy_question(),
        [&self]() -> Result<Answer> {
            return Answer{rows_of(TRY(self.policy_.installed())), {}};
        },
        append_all);
}

int PolicyObject::on_list_permissions(sd_bus_message *call, void *userdata, sd_bus_error *) {
    auto &self = *static_cast<PolicyObject *>(userdata);
    return self.ask(
        call, read_policy_question(),
        [&self]() -> Result<Answer> {
            return Answer{rows_of(TRY(self.policy_.permissions())), {}};
        },
        append_all);
}

int PolicyObject::on_test(sd_bus_message *call, void *userdata, sd_bus_error *error) {
    auto &self = *static_cast<PolicyObject *>(userdata);
    auto question = read_test(call);
    if (!question)
        return set_error(error, question.error());
    return self.ask(
        call, read_policy_question(),
        [&self, asked = question.value()]() -> Result<Answer> {
            return Answer{{row_of(TRY(self.policy_.ask(asked)))}, {}};
        },
        append_first);
}

int PolicyObject::on_check(sd_bus_message *call, void *userdata, sd_bus_error *error) {
    auto &self = *static_cast<PolicyObject *>(userdata);
    const auto kernel = read_kernel(call);
    if (!kernel)
        return set_error(error, kernel.error());
    return self.ask(
        call, read_policy_question(),
        [places = ConfigurationPlaces{self.places_.root, kernel.value()}]() -> Result<Answer> {
            return Answer{{row_of(TRY(policy::check_policy(places, {}, std::time(nullptr))))}, {}};
        },
        append_first);
}

int PolicyObject::on_apply(sd_bus_message *call, void *userdata, sd_bus_error *error) {
    auto &self = *static_cast<PolicyObject *>(userdata);
    const auto seconds = read_trial(call);
    if (!seconds)
        return set_error(error, seconds.error());
    return self.ask(
        call, apply_question_of(seconds.value()),
        [&self, seconds = seconds.value()]() -> Result<Answer> {
            const auto ready = TRY(policy::rules_of_machine(self.places_));
            if (const auto *fault = first_error(ready.rules.findings))
                return Error{ErrorCode::InvalidArgument,
                             "the rules have errors, and the policy stays as it is: " +
                                 fault->text()};
            const auto done = TRY(policy::activate(self.policy_, self.kept(), ready, seconds));
            if (done.not_kept)
                return *done.not_kept;
            return answer_of_generation(done.generation);
        },
        append_generation);
}

int PolicyObject::on_set_mode(sd_bus_message *call, void *userdata, sd_bus_error *error) {
    auto &self = *static_cast<PolicyObject *>(userdata);
    const auto wish = read_mode_wish(call);
    if (!wish)
        return set_error(error, wish.error());
    return self.ask(
        call, mode_question_of(wish.value().gate, wish.value().mode),
        [&self, wish = wish.value()] {
            return answer_of_generation(self.policy_.set_mode(wish.gate, wish.mode));
        },
        append_generation);
}

int PolicyObject::on_confirm(sd_bus_message *call, void *userdata, sd_bus_error *error) {
    auto &self = *static_cast<PolicyObject *>(userdata);
    if (const auto options = read_options(call, "Confirm", {}); !options)
        return set_error(error, options.error());
    return self.ask(
        call, trial_question_of(driver::TrialEnd::Keep),
        [&self]() -> Result<Answer> {
            const auto done = TRY(policy::confirm_trial(self.policy_, self.kept()));
            if (done.not_kept)
                return *done.not_kept;
            return answer_of_generation(done.generation);
        },
        append_generation);
}

int PolicyObject::on_roll_back(sd_bus_message *call, void *userdata, sd_bus_error *error) {
    auto &self = *static_cast<PolicyObject *>(userdata);
    if (const auto options = read_options(call, "Rollback", {}); !options)
        return set_error(error, options.error());
    return self.ask(
        call, trial_question_of(driver::TrialEnd::RollBack),
        [&self] {
            return answer_of_generation(policy::roll_trial_back(self.policy_, self.kept()));
        },
        append_generation);
}

int PolicyObject::on_allow(sd_bus_message *call, void *userdata, sd_bus_error *error) {
    auto &self = *static_cast<PolicyObject *>(userdata);
    const auto request = read_allow(call);
    if (!request)
        return set_error(error, request.error());
    return self.ask(
        call, question_of(request.value()),
        [&self, request = request.value()]() -> Result<Answer> {
            return Answer{
                rows_of(TRY(driver::permit_all(self.policy_, request.wish, request.names))), {}};
        },
        append_all);
}

int PolicyObject::on_revoke(sd_bus_message *call, void *userdata, sd_bus_error *error) {
    auto &self = *static_cast<PolicyObject *>(userdata);
    const auto id = read_number(call);
    if (!id)
        return set_error(error, id.error());
    if (const auto options = read_options(call, "Revoke", {}); !options)
        return set_error(error, options.error());
    return self.ask(
        call, revoke_question_of(id.value()),
        [&self, id = id.value()]() -> Result<Answer> {
            TRY(self.policy_.revoke(id));
            return Answer{};
        },
        append_nothing);
}

int PolicyObject::on_seal(sd_bus_message *call, void *userdata, sd_bus_error *error) {
    auto &self = *static_cast<PolicyObject *>(userdata);
    if (const auto options = read_options(call, "Seal", {}); !options)
        return set_error(error, options.error());
    return self.ask(
        call, seal_question(), [&self] { return answer_of_generation(self.policy_.seal()); },
        append_generation);
}

} // namespace mk::bus
