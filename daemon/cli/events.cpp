// SPDX-License-Identifier: GPL-2.0-only
// modkeeper events: the driver's record, straight from the device.
#include "cli/command.hpp"
#include "cli/event_stream.hpp"
#include "driver/device_driver.hpp"

namespace mk::cli {

void add_events(CLI::App &app, Invocation &invocation) {
    Command command(app, invocation, "events",
                    "Show what the driver recorded: loads, failures, unloads",
                    "  modkeeper events\n"
                    "  modkeeper events --follow --new\n"
                    "  modkeeper events --json | jq -c 'select(.kind == \"load_failed\")'\n"
                    "\n"
                    "With --json each line is one object.");
    const auto wanted = std::make_shared<EventStream>();
    command.flag("-f,--follow", wanted->follow, "Go on with what happens from now on");
    command.flag("--new", wanted->only_new, "Leave out what happened before", "--follow");
    command.runs([&invocation, wanted] {
        wanted->json = invocation.json;
        driver::DeviceDriver driver;
        return print_events(driver, *wanted);
    });
}

} // namespace mk::cli
