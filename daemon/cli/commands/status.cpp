// SPDX-License-Identifier: GPL-2.0-only
// modkeeper status: whether daemon and driver are running and work together, what is missing and
// what to do about it.
#include <fmt/format.h>
#include <optional>

#include "base/format.hpp"
#include "base/printable.hpp"
#include "base/terminal.hpp"
#include "cli/client/bus_error.hpp"
#include "cli/client/manager_client.hpp"
#include "cli/command.hpp"
#include "cli/diagnostics.hpp"
#include "cli/output/json.hpp"
#include "driver_client/abi_version.hpp"
#include "driver_client/dev_node_client.hpp"
#include "explain/driver_absence.hpp"

namespace mk::cli {
namespace {

struct Seen {
    Result<DaemonState> daemon;
    Result<driver::Status> driver;
};

Seen look() {
    auto client = ManagerClient::connect();
    driver::DevNodeClient driver;
    return {client ? client.value().state() : client.error(), driver.status()};
}

struct Source {
    driver::Feature feature;
    const char *name;
    const char *without; // what is not recorded
};
constexpr Source sources[] = {
    {driver::Feature::Calls, "calls", "errors and stages of failed loads, refused unloads"},
    {driver::Feature::Files, "files", "the file that a module was loaded from"},
    {driver::Feature::KernelLines, "lines", "what the kernel prints during loads and unloads"},
    {driver::Feature::Requests, "requests", "modules that the kernel requests"},
    {driver::Feature::RequestGate, "request-gate", "what the policy says about requests"},
    {driver::Feature::Tools, "tools", "insmod, modprobe and rmmod that fail by themselves"},
    {driver::Feature::Parameters, "parameters", "writes to parameters"},
    {driver::Feature::References, "references", "references taken and dropped"},
};

bool has(const driver::Status &status, driver::Feature feature) {
    return (status.features & static_cast<std::uint64_t>(feature)) != 0;
}

// The sources that are available, or those that are missing.
Json sources_of(const Seen &seen, bool there) {
    if (!seen.driver)
        return {};
    Json names = Json::array();
    for (const Source &source : sources)
        if (has(seen.driver.value(), source.feature) == there)
            names.push_back(source.name);
    return names;
}

Json json_of(const Result<DaemonState> &seen) {
    const auto text = [&](std::string DaemonState::*field) {
        return seen ? text_or_null(seen.value().*field) : Json();
    };
    return object(
        {{"connected", static_cast<bool>(seen)},
         {"version", text(&DaemonState::version)},
         {"kernel_release", text(&DaemonState::kernel_release)},
         {"driver_state", text(&DaemonState::driver_state)},
         {"event_source", text(&DaemonState::event_source)},
         {"problem", seen ? text(&DaemonState::driver_message) : Json(seen.error().message)}});
}

Json json_of(const Seen &seen) {
    const auto driver = [&](auto driver::Status::*field) {
        return seen.driver ? Json(seen.driver.value().*field) : Json();
    };
    const bool counted = seen.driver && seen.driver.value().probes_missed;
    const Json probes_missed = counted ? Json(*seen.driver.value().probes_missed) : Json();
    return object(
        {{"daemon", json_of(seen.daemon)},
         {"driver",
          object({{"connected", static_cast<bool>(seen.driver)},
                  {"version", driver(&driver::Status::version)},
                  {"abi_major", driver(&driver::Status::abi_major)},
                  {"abi_minor", driver(&driver::Status::abi_minor)},
                  {"features", driver(&driver::Status::features)},
                  {"sources", sources_of(seen, true)},
                  {"missing_sources", sources_of(seen, false)},
                  {"ring_bytes", driver(&driver::Status::ring_bytes)},
                  {"produced", driver(&driver::Status::produced)},
                  {"overwritten", driver(&driver::Status::overwritten)},
                  {"missed", driver(&driver::Status::missed)},
                  {"probes_missed", probes_missed},
                  {"readers", driver(&driver::Status::readers)},
                  {"modules_loaded", driver(&driver::Status::modules_loaded)},
                  {"suppressed", driver(&driver::Status::suppressed)},
                  {"problem", seen.driver ? Json() : Json(seen.driver.error().message)}})}});
}

void print_line(std::string_view title, const std::string &text, Colour colour = Colour::Plain) {
    fmt::print("{:<9} {}\n", title, painted(printable(text), colour));
}

// Why the daemon does not answer. That it is not running is only one of the reasons.
const char *absence(ErrorCode code) {
    switch (code) {
    case ErrorCode::DaemonUnavailable:
        return "not running";
    case ErrorCode::Timeout:
        return "no answer";
    default:
        return "not reachable";
    }
}

// A source that is off by default is not missing.
void print_sources(const driver::Status &driver) {
    std::string there = "loads, unloads";
    std::string missing;
    for (const Source &source : sources) {
        if (has(driver, source.feature))
            there += fmt::format(", {}", source.name);
        else if (source.feature != driver::Feature::References)
            missing += fmt::format("{}{}", missing.empty() ? "" : "; ", source.without);
    }
    print_line("sources", there);
    if (!has(driver, driver::Feature::References))
        print_line("", "references: off (modkeeper param modkeeper track_refs=1)", Colour::Faint);
    if (!missing.empty())
        print_line("missing", missing, Colour::Yellow);
}

void print_text(const Seen &seen) {
    if (seen.daemon) {
        const DaemonState &state = seen.daemon.value();
        print_line("daemon", fmt::format("running, version {}", state.version), Colour::Green);
        print_line("events", fmt::format("from {}", state.event_source));
    } else {
        print_line("daemon", absence(seen.daemon.error().code), Colour::Red);
    }
    if (!seen.driver) {
        print_line("driver", "not connected", Colour::Red);
        return;
    }
    const driver::Status &driver = seen.driver.value();
    print_line("driver",
               fmt::format("connected, version {}, interface {}.{}", driver.version,
                           driver.abi_major, driver.abi_minor),
               Colour::Green);
    print_line("ring",
               fmt::format("{}, {} produced, {} overwritten, {} missed, {} suppressed, {}",
                           human_size(driver.ring_bytes), counted(driver.produced, "record"),
                           driver.overwritten, driver.missed, driver.suppressed,
                           counted(driver.readers, "reader")));
    print_line("modules", fmt::format("{} loaded", driver.modules_loaded));
    print_sources(driver);
}

// Why there is no driver for this kernel that could be loaded.
void note_absence(const Error &unavailable) {
    if (unavailable.code != ErrorCode::DriverUnavailable)
        return;
    const auto found = explain_driver_absence(unavailable);
    if (found.cause == Cause::NoSuchModule)
        note(sentence_of(found));
}

// Reports everything that is wrong; the first fault decides the exit status.
ExitCode judge(const Invocation &invocation, const Seen &seen) {
    std::optional<ExitCode> first;
    const auto wrong = [&](ExitCode code) { first = first.value_or(code); };
    if (!seen.daemon)
        wrong(fail(invocation, seen.daemon.error()));
    if (!seen.driver) {
        wrong(fail(invocation, seen.driver.error()));
        note_absence(seen.driver.error());
    } else if (seen.daemon && seen.daemon.value().driver_state != "connected") {
        complain("modkeeperd is not connected to the driver: " + seen.daemon.value().driver_message,
                 "systemctl restart modkeeperd");
        wrong(ExitCode::Failed);
    }
    if (seen.driver && seen.driver.value().version != MODKEEPER_VERSION)
        note(
            fmt::format("the loaded driver has version {}, this command {}; they work together. To "
                        "reload the driver: {}",
                        seen.driver.value().version, MODKEEPER_VERSION, driver::reload_commands));
    if (seen.driver && seen.driver.value().missed > 0)
        note(fmt::format("the driver had no memory for {}: the record lacks them",
                         counted(seen.driver.value().missed, "event")));
    if (seen.driver && seen.driver.value().probes_missed.value_or(0) > 0)
        note(fmt::format("a probe did not fire or had no room for {}: the record is incomplete",
                         counted(*seen.driver.value().probes_missed, "event")));
    return first.value_or(ExitCode::Ok);
}

Ended status(const Invocation &invocation) {
    const Seen seen = look();
    if (invocation.json)
        std::fputs(json_text(json_of(seen)).c_str(), stdout);
    else
        print_text(seen);
    return judge(invocation, seen);
}

} // namespace

void add_status(CLI::App &app, Invocation &invocation) {
    Command command(
        app, invocation, "status",
        "Show whether the daemon and the driver are running and work together",
        "  modkeeper status\n"
        "  modkeeper status --json | jq .driver.produced\n"
        "\n"
        "Exit status 0: all is well; 8: the daemon is not running; 4: D-Bus does not let you\n"
        "talk to it; 1: anything else.");
    command.runs([&invocation] { return status(invocation); });
}

} // namespace mk::cli
