// SPDX-License-Identifier: GPL-2.0-only
// modkeeper log: what the kernel logged during a module's last load, and about the module since
// then. The driver's record tells the time of that load.
#include <optional>

#include <fmt/format.h>

#include "base/module_name.hpp"
#include "base/printable.hpp"
#include "base/terminal.hpp"
#include "cli/client/recorder_client.hpp"
#include "cli/command.hpp"
#include "cli/diagnostics.hpp"
#include "cli/output/json.hpp"
#include "cli/output/pager.hpp"
#include "driver_client/dev_node_client.hpp"
#include "explain/load_log.hpp"
#include "kmod/catalog.hpp"
#include "system/loaded_modules.hpp"

namespace mk::cli {
namespace {

constexpr std::uint64_t ns_per_us = 1000;

struct Asked {
    std::string module;
    std::string level = "debug";
};

struct Looked {
    std::optional<LoadWindow> window;
    std::string without_record; // why there is none
    std::vector<LoggedLine> lines;
};

Result<Looked> look(const Asked &asked, const std::string &module, bool may_ask) {
    auto messages = TRY(read_kernel_messages());
    Looked looked;
    driver::DevNodeClient driver;
    const auto events = recorded_events(driver, may_ask);
    if (events)
        looked.window = last_load(events.value(), module, LogClock(LogClock::read(), messages));
    if (!looked.window)
        looked.without_record =
            events
                ? "the driver has no record of a load of it, or the machine was suspended several "
                  "times since and the log does not say for how long"
                : events.error().message;
    looked.lines = lines_of_load(messages, module, looked.window, level_of(asked.level));
    return looked;
}

bool is_known(const std::string &module) {
    if (LoadedModules().state(module) != LoadState::Absent)
        return true;
    auto catalog = Catalog::create();
    return !catalog || catalog.value().knows(module);
}

Json json_of(const Looked &looked, const std::string &module) {
    Json lines = Json::array();
    for (const auto &[message, during] : looked.lines)
        lines.push_back(object({{"level", level_name(message.level)},
                                {"logged_ns", message.microseconds * ns_per_us},
                                {"during_load", looked.window ? Json(during) : Json()},
                                {"text", message.text}}));
    return object({{"module", module},
                   {"source", looked.window ? "record" : "names"},
                   {"failed", looked.window ? Json(looked.window->failed) : Json()},
                   {"lines", std::move(lines)}});
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
            text += painted("-- since then, about the module:", Colour::Faint) + '\n';
            later = true;
        }
        constexpr std::uint64_t second = 1'000'000;
        text += fmt::format("[{:5}.{:06}] {:<7} {}\n", message.microseconds / second,
                            message.microseconds % second, level_name(message.level),
                            painted(printable(message.text), colour_of(message.level)));
    }
    return text;
}

Ended log(const Invocation &invocation, const Asked &asked) {
    const auto module = canonical_name(asked.module);
    if (const auto valid = check_name(module); !valid)
        return Failure{valid.error()};
    const auto looked = look(asked, module, !invocation.no_ask_password);
    if (!looked)
        return Failure{looked.error()};
    if (!looked.value().window && looked.value().lines.empty() && !is_known(module))
        return Failure{{ErrorCode::NotFound, "the kernel log has no line about module " + module +
                                                 ", and no module of that name is installed"}};
    if (!looked.value().window)
        note("showing all lines that name it, from any time: " + looked.value().without_record);
    if (invocation.json)
        std::fputs(json_text(json_of(looked.value(), module)).c_str(), stdout);
    else if (looked.value().lines.empty())
        note("the kernel log has no line about it");
    else
        print_paged(text_of(looked.value()), !invocation.no_pager);
    return ExitCode::Ok;
}

} // namespace

void add_log(CLI::App &app, Invocation &invocation) {
    Command command(app, invocation, "log",
                    "Show what the kernel logged during a module's last load",
                    "  modkeeper log e1000\n"
                    "  modkeeper log mydriver --level warning\n"
                    "  modkeeper log mydriver --json | jq -r '.lines[].text'");
    const auto asked = std::make_shared<Asked>();
    command.argument("NAME", asked->module, "Name of a module", Offer::Loaded);
    command.choice("--level", level_names(), asked->level,
                   "Show only lines of this level or more severe");
    command.no_pager();
    command.no_ask_password();
    command.runs([&invocation, asked] { return log(invocation, *asked); });
}

} // namespace mk::cli
