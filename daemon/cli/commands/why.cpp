// SPDX-License-Identifier: GPL-2.0-only
// modkeeper why: who had a module loaded, how, and how that ended.
#include "explain/why.hpp"
#include "base/module_name.hpp"
#include "base/printable.hpp"
#include "base/terminal.hpp"
#include "cli/client/recorder_client.hpp"
#include "cli/command.hpp"
#include "cli/diagnostics.hpp"
#include "cli/output/event_text.hpp"
#include "cli/output/next_step.hpp"
#include "cli/output/pager.hpp"
#include "driver_client/dev_node_client.hpp"
#include "explain/history_text.hpp"
#include "journal/reader.hpp"

namespace mk::cli {
namespace {

// The caller of the daemon is in the journal, for those who may read it.
std::optional<JobCaller> caller_of(const LoadHistory &history) {
    std::optional<JobCaller> caller;
    journal::Wanted wanted;
    wanted.module = history.module;
    wanted.this_boot = true;
    (void)journal::each_entry(wanted, [&](const journal::Found &found) {
        if (found.origin && found.event.sequence == history.end->sequence &&
            found.event.boottime_ns == history.end->boottime_ns)
            caller = found.origin->caller;
    });
    return caller;
}

Json json_of_caller(const JobCaller &caller) {
    return object({{"name", caller.name},
                   {"uid", caller.uid},
                   {"loginuid", caller.login_uid ? Json(*caller.login_uid) : Json()},
                   {"pid", caller.pid},
                   {"comm", caller.comm}});
}

// The target is checked first: the record is not read for a name that no module can have.
Result<Why> find_out(const std::string &target, bool may_ask) {
    TRY(check_load_target(target));
    driver::DevNodeClient driver;
    const auto events = TRY(recorded_events(driver, may_ask));
    return why_of(target, events, caller_of);
}

Json json_or_null(const std::optional<driver::Event> &event) {
    return event ? json_of(*event) : Json();
}

Json json_of_why(const Why &why) {
    const LoadHistory &history = why.history;
    Json devices = Json::array();
    for (const MatchingDevice &device : why.devices)
        devices.push_back(object({{"path", device.path}, {"modalias", device.modalias}}));
    Json refused = Json::array();
    for (const driver::Event &event : history.refused)
        refused.push_back(json_of(event));
    return object({{"module", history.module},
                   {"loaded", why.is_loaded()},
                   {"cause", std::string(cause_name(history.cause))},
                   {"asked_by", history.caller ? json_of_caller(*history.caller) : Json()},
                   {"request", json_or_null(history.request)},
                   {"begin", json_or_null(history.begin)},
                   {"end", json_or_null(history.end)},
                   {"present", json_or_null(history.present)},
                   {"loaded_for", text_or_null(history.loaded_for)},
                   {"loaded_first", history.loaded_first},
                   {"matching_devices", std::move(devices)},
                   {"unload", json_or_null(history.unload)},
                   {"refused", std::move(refused)},
                   {"failed_since", json_or_null(history.failed_since)},
                   {"sentences", sentences_of(history, why.devices, why.is_loaded())}});
}

std::string text_of(const Why &why) {
    std::string text;
    for (const std::string &sentence : sentences_of(why.history, why.devices, why.is_loaded())) {
        const bool first = text.empty();
        const Colour colour = !first                     ? Colour::Plain
                              : why.is_loaded()          ? Colour::Bold
                              : why.history.has_failed() ? Colour::Red
                                                         : Colour::Bold;
        text += (first ? "" : "  ") + painted(printable(sentence), colour) + '\n';
    }
    return text;
}

Ended why(const Invocation &invocation, const std::string &target) {
    const auto found = find_out(target, !invocation.no_ask_password);
    if (!found)
        return Failure{found.error(), next_step_after(found.error(), {"why", {target}})};
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
                    "  modkeeper why wireguard\n"
                    "  modkeeper why rtnl-link-dummy\n"
                    "  modkeeper why dummy --json | jq .cause\n"
                    "\n"
                    "Exit status 3: the record has nothing about such a module.");
    const auto target = std::make_shared<std::string>();
    command.argument("NAME", *target, "A module name or an alias");
    command.no_pager();
    command.no_ask_password();
    command.runs([&invocation, target] { return why(invocation, *target); });
}

} // namespace mk::cli
