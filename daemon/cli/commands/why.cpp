// SPDX-License-Identifier: GPL-2.0-only
// modkeeper why: who had a module loaded, how, and how that ended.
#include "explain/why.hpp"
#include "base/module_name.hpp"
#include "base/printable.hpp"
#include "base/terminal.hpp"
#include "cli/client/recorder_client.hpp"
#include "cli/command.hpp"
#include "cli/diagnostics.hpp"
#include "cli/load_target.hpp"
#include "cli/output/diagnosis_text.hpp"
#include "cli/output/event_text.hpp"
#include "cli/output/next_step.hpp"
#include "cli/output/pager.hpp"
#include "cli/seen_holders.hpp"
#include "driver_client/dev_node_client.hpp"
#include "explain/history_text.hpp"
#include "holders/holder_text.hpp"
#include "journal/last_load.hpp"

namespace mk::cli {
namespace {

struct WhyArguments {
    std::string target;
    int record = 0; // 0: not given
    int pid = 0;
};

Json json_of_caller(const JobCaller &caller) {
    return object({{"uid", caller.uid},
                   {"loginuid", caller.login_uid ? Json(*caller.login_uid) : Json()},
                   {"pid", caller.pid},
                   {"comm", caller.comm},
                   {"cgroup", text_or_null(caller.cgroup)}});
}

Json json_of_device(const LoadDevice &found) {
    return object({{"path", found.device.path},
                   {"modalias", found.device.modalias},
                   {"certainty", std::string(name_of(found.certainty))}});
}

std::optional<HeldBy> find_held_by(const ModuleName &module) {
    const auto list = seen_holders(module);
    return list ? std::optional(held_by(list.value())) : std::nullopt;
}

// The target is checked first: the record is not read for a name that no module can have.
Result<Why> find_out(const WhyQuestion &question, bool may_ask) {
    if (!question.target.empty())
        TRY(check_load_target(question.target));
    driver::DevNodeClient driver;
    return why_of(question, recorded_events(driver, may_ask), journal::last_load, find_held_by);
}

Json json_or_null(const std::optional<driver::Event> &event) {
    return event ? json_of(*event) : Json();
}

Json json_of_why(const Why &why) {
    const LoadHistory &history = why.history;
    Json devices = Json::array();
    for (const CandidateDevice &device : why.devices)
        devices.push_back(object({{"path", device.path}, {"modalias", device.modalias}}));
    Json refused = Json::array();
    for (const driver::Event &event : history.refused)
        refused.push_back(json_of(event));
    Json obstacles = Json::array();
    for (const Diagnosis &obstacle : why.configured)
        obstacles.push_back(json_of(obstacle));
    const auto place = place_of(history);
    return object(
        {{"no_driver", why.no_driver ? json_of_failure(*why.no_driver) : Json()},
         {"module", text_or_null(history.module)},
         {"loaded", why.is_loaded()},
         {"trigger", std::string(trigger_name(history.trigger))},
         {"asked_by", history.caller ? json_of_caller(*history.caller) : Json()},
         {"container", text_or_null(place.container)},
         {"unit", text_or_null(place.unit)},
         {"session", text_or_null(place.session)},
         {"request", json_or_null(history.request)},
         {"begin", json_or_null(history.begin)},
         {"end", json_or_null(history.end)},
         {"present", json_or_null(history.present)},
         {"loaded_for", text_or_null(history.loaded_for)},
         {"loaded_first", history.loaded_first},
         {"loaded_for_device", why.device ? json_of_device(*why.device) : Json()},
         {"matching_devices", std::move(devices)},
         {"unload", json_or_null(history.unload)},
         {"refused", std::move(refused)},
         {"failed_since", json_or_null(history.failed_since)},
         {"failed_tool", why.tool ? json_of(why.tool->event) : Json()},
         {"diagnosis", why.last_diagnosis() ? json_of_failure(*why.last_diagnosis()) : Json()},
         {"obstacles", std::move(obstacles)},
         {"sentences", sentences_of(why)}});
}

std::string text_of(const Why &why) {
    std::string text;
    for (const std::string &sentence : sentences_of(why)) {
        const bool first = text.empty();
        const Colour colour = !first                                 ? Colour::Plain
                              : why.is_loaded()                      ? Colour::Bold
                              : why.history.has_failed() || why.tool ? Colour::Red
                                                                     : Colour::Bold;
        text += (first ? "" : "  ") + painted(printable(sentence), colour) + '\n';
    }
    return text;
}

std::vector<std::string> names_of(const WhyArguments &arguments) {
    return arguments.target.empty() ? std::vector<std::string>() : std::vector{arguments.target};
}

Ended why(const Invocation &invocation, const WhyArguments &arguments) {
    if (!arguments.target.empty() + (arguments.record != 0) + (arguments.pid != 0) > 1)
        return Failure{{ErrorCode::InvalidArgument,
                        "why takes one of a name, --record and --pid, not several"}};
    WhyQuestion question;
    question.may_open_file = true;
    if (!arguments.target.empty())
        question.target = absolute_target(arguments.target);
    if (arguments.record != 0)
        question.record = arguments.record;
    if (arguments.pid != 0)
        question.pid = arguments.pid;
    const auto found = find_out(question, !invocation.no_ask_password);
    if (!found)
        return Failure{found.error(), next_step_after(found.error(), {"why", names_of(arguments)})};
    if (invocation.json)
        std::fputs(json_text(json_of_why(found.value())).c_str(), stdout);
    else
        print_paged(text_of(found.value()), !invocation.no_pager);
    return ExitCode::Ok;
}

} // namespace

void add_why(CLI::App &app, Invocation &invocation) {
    Command command(app, invocation, "why",
                    "Show why a module is or is not loaded: who asked for it, and who loaded it",
                    "  modkeeper why                             # the last failure\n"
                    "  modkeeper why wireguard\n"
                    "  modkeeper why rtnl-link-dummy\n"
                    "  modkeeper why dummy --json | jq .trigger\n"
                    "\n"
                    "Exit status 3: the record has nothing about it.");
    const auto arguments = std::make_shared<WhyArguments>();
    command.optional("NAME|FILE", arguments->target,
                     "A module name, an alias or a file; without one, the last failure");
    command.count("--record", arguments->record, "Explain the record of this number");
    command.count("--pid", arguments->pid, "Explain what this process did last");
    command.no_pager();
    command.no_ask_password();
    command.runs([&invocation, arguments] { return why(invocation, *arguments); });
}

} // namespace mk::cli
