// SPDX-License-Identifier: GPL-2.0-only
// modkeeper events: the driver's record, straight from the device.
#include "cli/command.hpp"
#include "cli/diagnostics.hpp"
#include "cli/event_options.hpp"
#include "cli/output/event_stream.hpp"
#include "driver_client/dev_node_client.hpp"

namespace mk::cli {
namespace {

struct EventArguments {
    EventOptions options;
    bool follow = false;
    bool only_new = false;
};

Ended events(const Invocation &invocation, const EventArguments &arguments) {
    auto filter = arguments.options.filter();
    if (!filter)
        return Failure{filter.error(), "modkeeper events --help"};
    EventStream wanted;
    wanted.filter = std::move(filter.value());
    wanted.lines = arguments.options.most();
    wanted.json = invocation.json;
    wanted.legend = !invocation.no_legend;
    wanted.follow = arguments.follow;
    wanted.may_ask = !invocation.no_ask_password;
    wanted.only_new = arguments.only_new;
    driver::DevNodeClient driver;
    return print_events(driver, wanted);
}

} // namespace

void add_events(CLI::App &app, Invocation &invocation) {
    Command command(app, invocation, "events",
                    "Show what the driver recorded: loads, failures, unloads, requests",
                    "  modkeeper events --follow --new              # until Ctrl-C\n"
                    "  modkeeper events --failed --since today\n"
                    "  modkeeper events --kind load,request --module 'snd-*' -n 20\n"
                    "  modkeeper events --json | jq -c 'select(.kind == \"load-failed\")'\n"
                    "\n"
                    "With --json, each line is one object. Lost records are always reported.\n"
                    "\"modkeeper history\" shows events from before this boot.");
    const auto arguments = std::make_shared<EventArguments>();
    arguments->options.add_names_to(command);
    arguments->options.add_to(command);
    command.flag("-f,--follow", arguments->follow, "Keep printing new events as they happen");
    command.flag("--new", arguments->only_new, "Leave out events from before the start",
                 "--follow");
    command.no_legend();
    command.no_ask_password();
    command.runs([&invocation, arguments] { return events(invocation, *arguments); });
}

} // namespace mk::cli
