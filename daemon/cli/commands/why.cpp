// SPDX-License-Identifier: GPL-2.0-only
// modkeeper why: who had a module loaded, how, and how that ended.
#include <algorithm>

#include "base/module_name.hpp"
#include "base/printable.hpp"
#include "base/terminal.hpp"
#include "cli/client/recorder_client.hpp"
#include "cli/command.hpp"
#include "cli/diagnostics.hpp"
#include "cli/output/event_text.hpp"
#include "cli/output/pager.hpp"
#include "cli/remote.hpp"
#include "driver_client/dev_node_client.hpp"
#include "explain/history_text.hpp"
#include "journal/reader.hpp"
#include "system/loaded_modules.hpp"

namespace mk::cli {
namespace {

struct Why {
    LoadHistory story;
    LoadState state = LoadState::Absent;
    std::vector<MatchingDevice> devices;
};

// The module that is meant: a name, or the first that an alias leads to and that was seen.
std::string meant_by(const std::string &target, Result<Catalog> &catalog,
                     const std::vector<driver::Event> &events) {
    std::string name = canonical_name(target);
    const auto seen = [&](const std::string &module) {
        return std::any_of(events.begin(), events.end(), [&](const driver::Event &event) {
            return driver::module_of(event) == module;
        });
    };
    const LoadedModules kernel;
    if (seen(name) || !catalog || (check_name(name) && kernel.find(name)))
        return name;
    const auto modules = catalog.value().resolve_names(target);
    if (!modules)
        return name;
    for (const std::string &module : modules.value())
        if (seen(module))
            return module;
    return modules.value().front();
}

// A module that nobody has heard of is another thing than one that was never loaded.
Error never_seen(const std::string &target, const std::string &name, LoadState state,
                 Result<Catalog> &catalog) {
    if (state == LoadState::BuiltIn)
        return {ErrorCode::BuiltIn,
                "module " + name + " is built into the kernel: nobody loads it"};
    if (!catalog)
        return catalog.error();
    if (auto file = catalog.value().find(target); !file)
        return file.error();
    return {ErrorCode::NotFound, "module " + name +
                                     " is not loaded, and nobody tried to load it in the time that "
                                     "the record tells of"};
}

// Who asked the daemon is in the journal, for those who may read it.
std::optional<JobCaller> caller_of(const LoadHistory &story) {
    std::optional<JobCaller> caller;
    journal::Wanted wanted;
    wanted.module = story.module;
    wanted.this_boot = true;
    (void)journal::each_entry(wanted, [&](const journal::Found &found) {
        if (found.origin && found.event.sequence == story.end->sequence &&
            found.event.boottime_ns == story.end->boottime_ns)
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

Result<Why> find_out(const std::string &target, bool may_ask) {
    if (auto checked = check_load_target(target); !checked)
        return checked.error();
    driver::DevNodeClient driver;
    const auto events = recorded_events(driver, may_ask);
    if (!events)
        return events.error();
    auto catalog = Catalog::create();
    std::string name = meant_by(target, catalog, events.value());
    const LoadedModules kernel;
    Why why;
    why.story = history_of(
        name, events.value(), [&](const std::string &one) { return kernel.holders(one); },
        [&](const std::string &one) { return kernel.uses(one); });
    if (why.story.cause == Cause::Daemon && why.story.end)
        why.story.caller = caller_of(why.story);
    if (check_name(name))
        why.state = kernel.state(name);
    const bool in_kernel = why.state == LoadState::Live || why.state == LoadState::Coming ||
                           why.state == LoadState::Going;
    if (!why.story.is_known() && !why.story.failed_since && !in_kernel)
        return never_seen(target, name, why.state, catalog);
    if (catalog && (why.story.cause == Cause::Udev || why.story.cause == Cause::Unknown))
        why.devices = devices_of(catalog.value(), name);
    return why;
}

bool is_loaded(const Why &why) {
    return why.state == LoadState::Live;
}

Json json_or_null(const std::optional<driver::Event> &event) {
    return event ? json_of(*event) : Json();
}

Json json_of_why(const Why &why) {
    const LoadHistory &story = why.story;
    Json devices = Json::array();
    for (const MatchingDevice &device : why.devices)
        devices.push_back(object({{"path", device.path}, {"modalias", device.modalias}}));
    Json refused = Json::array();
    for (const driver::Event &event : story.refused)
        refused.push_back(json_of(event));
    return object({{"module", story.module},
                   {"loaded", is_loaded(why)},
                   {"cause", std::string(cause_name(story.cause))},
                   {"asked_by", story.caller ? json_of_caller(*story.caller) : Json()},
                   {"request", json_or_null(story.request)},
                   {"begin", json_or_null(story.begin)},
                   {"end", json_or_null(story.end)},
                   {"present", json_or_null(story.present)},
                   {"loaded_for", text_or_null(story.loaded_for)},
                   {"loaded_first", story.loaded_first},
                   {"matching_devices", std::move(devices)},
                   {"unload", json_or_null(story.unload)},
                   {"refused", std::move(refused)},
                   {"failed_since", json_or_null(story.failed_since)},
                   {"sentences", sentences_of(story, why.devices, is_loaded(why))}});
}

std::string text_of(const Why &why) {
    std::string text;
    for (const std::string &sentence : sentences_of(why.story, why.devices, is_loaded(why))) {
        const bool first = text.empty();
        const Colour colour = !first                   ? Colour::Plain
                              : is_loaded(why)         ? Colour::Bold
                              : why.story.has_failed() ? Colour::Red
                                                       : Colour::Bold;
        text += (first ? "" : "  ") + painted(printable(sentence), colour) + '\n';
    }
    return text;
}

std::string hint_for(const Error &error, const std::string &target) {
    return error.code == ErrorCode::NotFound
               ? "modkeeper history " + shell_quoted(target) + "   (earlier boots)"
               : "";
}

Ended why(const Invocation &invocation, const std::string &target) {
    const auto found = find_out(target, !invocation.no_ask_password);
    if (!found)
        return Failure{found.error(), hint_for(found.error(), target)};
    if (invocation.json)
        std::fputs(json_text(json_of_why(found.value())).c_str(), stdout);
    else
        print_paged(text_of(found.value()), !invocation.no_pager);
    return ExitCode::Ok;
}

} // namespace

void add_why(CLI::App &app, Invocation &invocation) {
    Command command(app, invocation, "why",
                    "Tell why a module is loaded, or why it is not: who asked, who loaded it",
                    "  modkeeper why wireguard\n"
                    "  modkeeper why rtnl-link-dummy\n"
                    "  modkeeper why dummy --json | jq .cause\n"
                    "\n"
                    "Exit status 3: the record does not tell of such a module.");
    const auto target = std::make_shared<std::string>();
    command.argument("NAME", *target, "A name or an alias");
    command.no_pager();
    command.no_ask_password();
    command.runs([&invocation, target] { return why(invocation, *target); });
}

} // namespace mk::cli
