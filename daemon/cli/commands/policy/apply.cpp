// SPDX-License-Identifier: GPL-2.0-only
// modkeeper policy apply: gives the driver the rules, in one step: all of them or none; for good
// or on trial.
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <ctime>
#include <optional>
#include <utility>

#include "base/module_name.hpp"
#include "base/terminal.hpp"
#include "cli/commands/policy/policy.hpp"
#include "cli/diagnostics.hpp"
#include "driver_client/event_names.hpp"
#include "kmod/places.hpp"
#include "policy/activation.hpp"
#include "policy/local_change.hpp"

namespace mk::cli {
namespace {

struct Asked {
    bool dry_run = false;
    bool at_boot = false;
    std::string rollback;
};

// "120", "120s", "2m", "1h"
Result<int> seconds_of(const std::string &text) {
    int number = 0;
    const auto *end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    const std::string_view unit(read.ptr, static_cast<std::size_t>(end - read.ptr));
    constexpr int minute = 60, hour = 60 * minute, day = 24 * hour;
    const int factor = unit.empty() || unit == "s" ? 1
                       : unit == "m"               ? minute
                       : unit == "h"               ? hour
                                                   : 0;
    if (read.ec != std::errc() || factor == 0 || number < 1 || number > day / factor)
        return Error{ErrorCode::InvalidArgument,
                     quote(text) + " is no time: it is such as 120s, 5m or 1h, a day at most"};
    return number * factor;
}

enum class Answer : std::uint8_t { Keep, TakeBack, None };

// What is typed until the trial ends. The driver's clock decides when that is, not this one.
Answer ask(int seconds) {
    const auto end = std::time(nullptr) + seconds;
    for (auto left = end - std::time(nullptr); left > 0; left = end - std::time(nullptr)) {
        fmt::print(stderr, "\rkeep? {} s [y/n] ", left);
        std::fflush(stderr);
        pollfd input{STDIN_FILENO, POLLIN, 0};
        constexpr int second_ms = 1000;
        if (poll(&input, 1, second_ms) <= 0)
            continue;
        std::array<char, 80> line = {};
        if (std::fgets(line.data(), line.size(), stdin) == nullptr)
            return Answer::None;
        if (line[0] == 'y' || line[0] == 'Y')
            return Answer::Keep;
        if (line[0] == 'n' || line[0] == 'N')
            return Answer::TakeBack;
    }
    std::fputs("\n", stderr);
    return Answer::None;
}

// @lock: held until the rules are in force.
Ended try_out(const Invocation &invocation, const policy::ReadyPolicy &ready, int seconds,
              std::optional<EditLock> lock) {
    driver::DevicePolicyClient client;
    const auto tried = policy::activate(client, {}, ready, seconds);
    lock.reset();
    if (auto failure = failure_of(tried))
        return std::move(*failure);
    tell_applied(invocation, ready, "trial", tried.value().generation);
    if (invocation.json || !is_terminal(stdin) || !is_terminal(stderr)) {
        note(fmt::format("unless somebody types \"modkeeper policy confirm\" within {} s, the "
                         "driver puts the policy before it back",
                         seconds));
        return ExitCode::Ok;
    }
    (void)finish_output();
    const auto answer = ask(seconds);
    if (answer == Answer::Keep) {
        if (auto failure = failure_of(policy::confirm_trial(client, {})))
            return std::move(*failure);
        fmt::print("the policy stays\n");
        note_image();
        return ExitCode::Ok;
    }
    if (answer == Answer::TakeBack)
        if (const auto back = policy::roll_trial_back(client, {}); !back)
            return Failure{back.error()};
    return Failure{{ErrorCode::Canceled, "the policy before it is back; the rules on disk are "
                                         "still those that were tried"}};
}

Ended apply(const Invocation &invocation, const Asked &asked) {
    int seconds = 0;
    if (!asked.rollback.empty()) {
        const auto read = seconds_of(asked.rollback);
        if (!read)
            return Failure{read.error(), "modkeeper policy apply --help", ExitCode::Usage};
        seconds = read.value();
    }
    std::optional<EditLock> lock;
    if (!asked.dry_run) {
        auto taken = policy::lock_rules({});
        if (!taken)
            return Failure{taken.error()};
        lock = taken.take();
    }
    const auto read = policy::rules_of_machine({});
    if (!read)
        return Failure{read.error()};
    const auto &ready = read.value();
    if (!invocation.json)
        tell_findings(ready.rules.findings);
    if (policy::has_errors(ready.rules.findings))
        return Failure{
            {ErrorCode::InvalidArgument, "the rules have errors; the policy stays as it is"},
            "modkeeper policy check",
            ExitCode::Failed};
    if (asked.dry_run) {
        tell_applied(invocation, ready, "would-apply", 0);
        return ExitCode::Ok;
    }
    if (seconds != 0)
        return try_out(invocation, ready, seconds, std::move(lock));
    driver::DevicePolicyClient client;
    const auto done = policy::activate(client, {}, ready, 0);
    if (auto failure = failure_of(done))
        return std::move(*failure);
    tell_applied(invocation, ready, "applied", done.value().generation);
    note_image();
    return ExitCode::Ok;
}

} // namespace

void tell_findings(const policy::Findings &findings) {
    if (!findings.empty())
        std::fputs(text_of(findings).c_str(), stderr);
}

void tell_applied(const Invocation &invocation, const policy::ReadyPolicy &ready,
                  const char *result, std::uint64_t generation) {
    const auto loads = driver::name_of(policy::mode_in_driver(ready.load_mode));
    const auto rules = ready.rules.policy.rules.size();
    const std::string_view word = result;
    if (invocation.json) {
        std::fputs(json_text(object({{"result", result},
                                     {"policy_generation", number_or_null(generation)},
                                     {"policy_digest", ready.text.digest},
                                     {"load_mode", loads},
                                     {"request_mode",
                                      driver::name_of(policy::mode_in_driver(ready.request_mode))},
                                     {"rule_count", rules},
                                     {"findings", json_of(ready.rules.findings)}}))
                       .c_str(),
                   stdout);
        return;
    }
    if (invocation.quiet)
        return;
    if (ready.is_empty())
        fmt::print("{}; every module may be loaded\n",
                   word == "would-apply" ? "there are no rules" : "there is no policy any more");
    else
        fmt::print("{}{}; loads: {}\n",
                   word == "would-apply" ? "would apply "
                   : word == "trial"     ? "trying "
                                         : "applied ",
                   counted(rules, "rule"), loads);
}

void add_policy_apply(CLI::App &app, Invocation &invocation) {
    Command command(
        app, invocation, "apply", "Put the rules into force, all of them in one step",
        "  modkeeper policy apply --dry-run\n"
        "  modkeeper policy apply\n"
        "  modkeeper policy apply --rollback 120s\n"
        "  modkeeper policy confirm\n"
        "\n"
        "Nothing that is loaded is ever unloaded. If the rules have an error, the policy "
        "stays as it is. With --rollback the driver itself puts the policy before back, "
        "unless \"modkeeper policy confirm\" comes in time. At the next boot "
        "modkeeper-policy.service applies the rules again.");
    const auto asked = std::make_shared<Asked>();
    command.flag("-n,--dry-run", asked->dry_run, "Only read the rules, and say what is wrong");
    command.option("--rollback", "TIME", asked->rollback,
                   "Take them back after this time, such as 120s or 5m, unless they are confirmed");
    command.flag("--boot", asked->at_boot,
                 "Rules with errors, or that were on trial: take those that were confirmed last");
    command.quiet();
    command.runs([&invocation, asked] {
        return asked->at_boot ? apply_at_boot(invocation) : apply(invocation, *asked);
    });
}

} // namespace mk::cli
