// SPDX-License-Identifier: GPL-2.0-only
// modkeeper log: what the kernel logged during a module's last load, and about the module since
// then. The driver's record has the lines of that load, or at least its time.
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

    bool has_call() const { return window && window->printed; }
};

Result<Looked> look(const Asked &asked, const ModuleName &module, bool may_ask) {
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

bool is_known(const ModuleName &module) {
    if (LoadedModules().state(module) != LoadState::Absent)
        return true;
    auto catalog = Catalog::create();
    return !catalog || catalog.value().knows(module);
}

Json json_of(const LoggedLine &line, bool is_load_known) {
    const auto &message = line.message;
    return object({{"level", line.in_log ? Json(level_name(message.level)) : Json()},
                   {"logged_ns", line.in_log ? Json(message.microseconds * ns_per_us) : Json()},
                   {"during_load", is_load_known ? Json(line.during) : Json()},
                   {"text", message.text}});
}

const char *source_of(const Looked &looked) {
    if (looked.has_call())
        return "call";
    return looked.window ? "time" : "names";
}

Json json_of(const Looked &looked, const ModuleName &module) {
    Json lines = Json::array();
    for (const auto &line : looked.lines)
        lines.push_back(json_of(line, looked.window.has_value()));
    return object({{"module", module},
                   {"source", source_of(looked)},
                   {"failed", looked.window ? Json(looked.window->failed) : Json()},
                   {"lines", std::move(lines)}});
}

Colour colour_of(unsigned level) {
    constexpr unsigned error = 3;
    constexpr unsigned warning = 4;
    return level <= error ? Colour::Red : level == warning ? Colour::Yellow : Colour::Plain;
}

std::string text_of(const LoggedLine &line) {
    constexpr std::uint64_t second = 1'000'000;
    const auto &message = line.message;
    if (!line.in_log)
        return fmt::format("[{:>12}] {:<7} {}\n", "overwritten", "", printable(message.text));
    return fmt::format("[{:5}.{:06}] {:<7} {}\n", message.microseconds / second,
                       message.microseconds % second, level_name(message.level),
                       painted(printable(message.text), colour_of(message.level)));
}

std::string text_of(const Looked &looked) {
    std::string text;
    bool is_other = false;
    for (const auto &line : looked.lines) {
        if (looked.window && !line.during && !is_other) {
            text += painted(looked.has_call() ? "-- since then or by others, about the module:"
                                              : "-- since then, about the module:",
                            Colour::Faint) +
                    '\n';
            is_other = true;
        }
        text += text_of(line);
    }
    return text;
}

// How sure it is that the lines are those of the load.
void note_source(const Looked &looked) {
    if (!looked.window)
        note("showing all lines that name it, from any time: " + looked.without_record);
    else if (!looked.window->has_ended)
        note("showing all lines since its load began, other loads' too: it has not ended");
    else if (!looked.window->printed)
        note(
            "showing all lines from the time of its load, other loads' too: the driver did not see "
            "what the kernel printed for it");
    else if (looked.window->is_cut)
        note("the record may have only the first and the last lines of the load: it is cut to fit");
}

Ended log(const Invocation &invocation, const Asked &asked) {
    const ModuleName module(asked.module);
    if (const auto valid = check_name(module); !valid)
        return Failure{valid.error()};
    const auto looked = look(asked, module, !invocation.no_ask_password);
    if (!looked)
        return Failure{looked.error()};
    if (!looked.value().window && looked.value().lines.empty() && !is_known(module))
        return Failure{{ErrorCode::NotFound, "the kernel log has no line about module " + module +
                                                 ", and no module of that name is installed"}};
    note_source(looked.value());
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
