// SPDX-License-Identifier: GPL-2.0-only
// modkeeper apply: makes the running system match its configuration, without unloading anything,
// and says what is left to do.
#include <fmt/format.h>
#include <optional>
#include <set>
#include <string_view>

#include "base/printable.hpp"
#include "cli/client/configuration_client.hpp"
#include "cli/command.hpp"
#include "cli/diagnostics.hpp"
#include "cli/output/drift_text.hpp"
#include "cli/output/job_output.hpp"

namespace mk::cli {
namespace {

struct Outcome {
    const char *result = ""; // changed, failed, would-change, left
    std::optional<Error> error;
};

Result<void> set_parameter(const DriftItem &item, bool may_ask) {
    auto client = TRY(ConfigurationClient::connect(may_ask));
    TRY(client.set({item.module, item.subject.text(), item.configured.text(), true, false}));
    return {};
}

Result<void> load(const DriftItem &item, bool may_ask) {
    auto client = TRY(JobClient::connect(may_ask));
    const auto loaded = client.load(item.module, {}, {});
    // somebody else has loaded it
    if (loaded || loaded.error().code == ErrorCode::AlreadyLoaded)
        return {};
    return loaded.error();
}

Outcome apply_one(const DriftItem &item, bool dry_run, bool may_ask) {
    if (!item.applicable)
        return {"left", {}};
    if (dry_run)
        return {"would-change", {}};
    const auto done =
        item.kind == DriftKind::Parameter ? set_parameter(item, may_ask) : load(item, may_ask);
    if (!done)
        return {"failed", done.error()};
    return {"changed", {}};
}

void print(const DriftItem &item, const Outcome &outcome) {
    const std::string what = printable(subject_of(item));
    const std::string change =
        fmt::format("{} -> {}", printable(item.running.text()), printable(item.configured.text()));
    const std::string_view result = outcome.result;
    if (result == "changed")
        fmt::print("done    {}: {}\n", what, change);
    else if (result == "would-change")
        fmt::print("would   {}: {}   ({})\n", what, change, printable(item.remedy.text()));
    else if (result == "left")
        fmt::print("left    {}: {}   next: {}\n", what, change, printable(item.remedy.text()));
    else
        fmt::print("failed  {}: {}\n", what, change);
}

Json json_of_outcome(const DriftItem &item, const Outcome &outcome) {
    Json json = json_of(item);
    const auto *error = outcome.error ? &*outcome.error : nullptr;
    add(json, "result", outcome.result);
    add(json, "error", error != nullptr ? Json(std::string(error_name(error->code))) : Json());
    add(json, "errno",
        error != nullptr ? number_or_null(static_cast<std::uint64_t>(error->facts.number))
                         : Json());
    add(json, "message", error != nullptr ? Json(error->message) : Json());
    return json;
}

// The worst of all; items that are left for a person count more than those that were done.
const char *result_of(const std::set<std::string_view> &outcomes) {
    for (const char *result : {"failed", "left", "would-change", "changed"})
        if (outcomes.contains(result))
            return result;
    return "unchanged";
}

Ended apply(const Invocation &invocation, bool dry_run) {
    const Drift drift = mk::find_drift({});
    Json items = Json::array();
    std::set<std::string_view> outcomes;
    std::optional<ExitCode> failed;
    bool left = false;
    for (const DriftItem &item : drift.items) {
        const Outcome outcome = apply_one(item, dry_run, !invocation.no_ask_password);
        outcomes.insert(outcome.result);
        if (invocation.json)
            items.push_back(json_of_outcome(item, outcome));
        else
            print(item, outcome);
        if (outcome.error) {
            const Error &error = *outcome.error;
            const ExitCode code =
                fail(invocation, error,
                     error.code == ErrorCode::NotAuthorized ? "" : item.remedy.text());
            failed = failed.value_or(code);
            // the person at the terminal has canceled
            if (error.code == ErrorCode::Canceled)
                break;
        }
        left = left || std::string_view(outcome.result) == "left";
    }
    if (invocation.json)
        std::fputs(json_text(object({{"result", result_of(outcomes)},
                                     {"dry_run", dry_run},
                                     {"drift", std::move(items)},
                                     {"unchecked", drift.unchecked}}))
                       .c_str(),
                   stdout);
    tell_unchecked(drift);
    if (drift.items.empty()) {
        note("nothing to do: the running system matches its configuration");
        return ExitCode::NothingToDo;
    }
    if (failed)
        return *failed == ExitCode::NothingToDo ? ExitCode::Failed : *failed;
    return left && !dry_run ? ExitCode::Failed : ExitCode::Ok;
}

} // namespace

void add_apply(CLI::App &app, Invocation &invocation) {
    Command command(
        app, invocation, "apply", "Make the running system match its configuration",
        "  modkeeper apply --dry-run\n"
        "  modkeeper apply\n"
        "\n"
        "Sets parameters that can be changed while a module is loaded, and loads modules that\n"
        "are enabled at boot. Never unloads anything: if a change needs an unload or a new\n"
        "initramfs, the command for it is printed. A failed item does not stop the others.\n"
        "\n"
        "Exit status 0: the system now matches its configuration (--dry-run: there are changes\n"
        "to make); 1: something failed or is left for you to do; 7: there was no drift.");
    const auto dry_run = std::make_shared<bool>(false);
    command.flag("-n,--dry-run", *dry_run, "Show what would be done, without doing it");
    command.no_ask_password();
    command.runs([&invocation, dry_run] { return apply(invocation, *dry_run); });
}

} // namespace mk::cli
