// SPDX-License-Identifier: GPL-2.0-only
// modkeeper log: what the kernel wrote during a module's last load, and what it wrote of the module
// since. The driver's record tells when that load was.
#include <algorithm>
#include <ctime>
#include <optional>

#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/diagnostics.hpp"
#include "cli/json.hpp"
#include "cli/load_log.hpp"
#include "cli/pager.hpp"
#include "cli/recorder_client.hpp"
#include "cli/terminal.hpp"
#include "driver/device_driver.hpp"
#include "engine/module_name.hpp"

namespace mk::cli {
namespace {

struct Asked {
    std::string module;
    std::string level = "debug";
};

std::uint64_t clock_ns(clockid_t clock) {
    timespec now{};
    clock_gettime(clock, &now);
    constexpr std::uint64_t second = 1'000'000'000;
    return static_cast<std::uint64_t>(now.tv_sec) * second +
           static_cast<std::uint64_t>(now.tv_nsec);
}

// Since the boot, altogether.
std::uint64_t asleep_ns() {
    const auto monotonic = clock_ns(CLOCK_MONOTONIC);
    const auto boottime = clock_ns(CLOCK_BOOTTIME);
    return boottime - std::min(monotonic, boottime);
}

struct Looked {
    std::optional<LoadWindow> window;
    std::string without_record; // why there is none
    std::vector<LoggedLine> lines;
};

Result<Looked> look(const Asked &asked, const std::string &module) {
    auto messages = engine::read_kernel_messages();
    if (!messages)
        return messages.error();
    Looked looked;
    driver::DeviceDriver driver;
    const auto events = recorded_events(driver);
    if (events)
        looked.window = last_load(events.value(), module, asleep_ns());
    if (!looked.window)
        looked.without_record =
            events ? "the driver has no record of a load of it" : events.error().message;
    looked.lines = lines_of_load(messages.value(), module, looked.window, level_of(asked.level));
    return looked;
}

Json json_of(const Looked &looked, const std::string &module) {
    Json lines = Json::array();
    for (const auto &[message, during] : looked.lines)
        lines.push_back({{"level", level_name(message.level)},
                         {"microseconds", message.microseconds},
                         {"during_load", looked.window ? Json(during) : Json()},
                         {"text", message.text}});
    return {{"module", module},
            {"source", looked.window ? "record" : "names"},
            {"failed", looked.window ? Json(looked.window->failed) : Json()},
            {"lines", std::move(lines)}};
}

Colour colour_of(unsigned level) {
    constexpr unsigned error = 3;
    constexpr unsigned warning = 4;
    return level <= error ? Colour::Red : level == warning ? Colour::Yellow : Colour::Plain;
}

std::string text_of(const Looked &looked) {
    std::string text;
    bool later = false;
    for (const auto &[message, during] : looked.lines) {
        if (looked.window && !during && !later) {
            text += painted("-- since then, of the module:", Colour::Faint) + '\n';
            later = true;
        }
        constexpr std::uint64_t second = 1'000'000;
        text += fmt::format("[{:5}.{:06}] {:<7} {}\n", message.microseconds / second,
                            message.microseconds % second, level_name(message.level),
                            painted(printable(message.text), colour_of(message.level)));
    }
    return text;
}

ExitCode log(const Invocation &invocation, const Asked &asked) {
    const auto module = engine::canonical_name(asked.module);
    if (const auto valid = engine::check_name(module); !valid)
        return fail(valid.error());
    const auto looked = look(asked, module);
    if (!looked)
        return tell_failed(
            invocation, looked.error(),
            looked.error().code == ErrorCode::NotAuthorized ? "sudo modkeeper log " + module : "");
    if (!looked.value().window)
        note("all lines that name it, of any time: " + looked.value().without_record);
    if (invocation.json)
        std::fputs(json_text(json_of(looked.value(), module)).c_str(), stdout);
    else if (looked.value().lines.empty())
        note("the kernel's log has no line of it");
    else
        print_paged(text_of(looked.value()), !invocation.no_pager);
    return ExitCode::Ok;
}

} // namespace

void add_log(CLI::App &app, Invocation &invocation) {
    Command command(app, invocation, "log",
                    "Show what the kernel wrote during a module's last load",
                    "  modkeeper log e1000\n"
                    "  modkeeper log mydriver --level warning\n"
                    "  modkeeper log mydriver --json | jq -r '.lines[].text'");
    const auto asked = std::make_shared<Asked>();
    command.argument("NAME", asked->module, "A module's name");
    command.choice("--level", level_names(), asked->level, "Only lines as grave as this or more");
    command.no_pager();
    command.runs([&invocation, asked] { return log(invocation, *asked); });
}

} // namespace mk::cli
