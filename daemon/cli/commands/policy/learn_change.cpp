// SPDX-License-Identifier: GPL-2.0-only
#include "cli/commands/policy/learn_change.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <optional>
#include <utility>

#include "cli/commands/policy/policy.hpp"
#include "cli/commands/policy/rules_folder.hpp"
#include "cli/diagnostics.hpp"
#include "config/atomic_file.hpp"
#include "kmod/places.hpp"
#include "policy/learning.hpp"

namespace mk::cli {
namespace {

using policy::learning_file;

Failure refusal(std::string reason, const char *hint) {
    return {{ErrorCode::Failed, std::move(reason) + "; nothing was changed"}, hint};
}

// Why the file cannot be changed on top of what is in force.
std::optional<Failure> obstacle(const driver::PolicySummary &policy,
                                const policy::PolicyText &disk) {
    if (policy.trial_left_ns)
        return refusal("a policy is on trial; keep it, or take it back with \"modkeeper policy "
                       "rollback\", first",
                       "modkeeper policy confirm");
    if (policy::has_errors(disk.findings))
        return refusal("the rules on disk have errors", "modkeeper policy check");
    const auto text = policy::kept_text_of(disk.sources);
    if (!text)
        return Failure{text.error()};
    const bool is_same =
        policy.is_there ? text.value().digest == policy.digest : disk.policy.rules.empty();
    if (is_same)
        return std::nullopt;
    return refusal("the rules on disk are not those in force, and would come into force with this; "
                   "look at them and apply them first",
                   "modkeeper policy check; modkeeper policy apply");
}

// "90-learn.rules"
std::string_view name_of(std::string_view path) {
    return path.substr(path.rfind('/') + 1);
}

std::vector<policy::RuleFile> files_with(std::vector<policy::RuleFile> files,
                                         const std::string &text) {
    std::erase_if(files, [](const auto &file) { return file.path == learning_file; });
    const auto place = std::ranges::find_if(
        files, [](const auto &file) { return name_of(file.path) > name_of(learning_file); });
    if (!text.empty())
        files.insert(place, {learning_file, text});
    return files;
}

Result<policy::ReadyPolicy> ready_with(const policy::PolicyText &disk, const std::string &text) {
    auto ready = TRY(
        policy::make_ready(policy::parse_policy(files_with(disk.sources, text), std::time(nullptr)),
                           ConfigurationPlaces{}));
    for (const auto &finding : ready.rules.findings)
        if (finding.is_error())
            return Error{ErrorCode::Failed, finding.text() + "; nothing was changed"};
    return ready;
}

// The text before it.
Result<std::string> replace(const std::string &text) {
    std::string before;
    TRY(edit_file(learning_file, [&](const std::string &now) -> Result<std::optional<std::string>> {
        before = now;
        if (!now.empty() && !policy::is_learning_text(now))
            return Error{ErrorCode::Failed,
                         fmt::format("{} was not written by \"modkeeper policy "
                                     "learn\"; give it another name; nothing was "
                                     "changed",
                                     learning_file)};
        return std::optional(text);
    }));
    return before;
}

} // namespace

std::variant<std::uint64_t, Failure> change_learning_file(const std::string &text) {
    driver::DevicePolicyClient client;
    const auto policy = client.summary();
    if (!policy)
        return Failure{policy.error()};
    const auto disk = policy::read_policy({}, std::time(nullptr));
    if (auto failure = obstacle(policy.value(), disk))
        return std::move(*failure);
    const auto ready = ready_with(disk, text);
    if (!ready)
        return Failure{ready.error()};
    if (const auto made = make_rules_folder(); !made)
        return Failure{made.error()};
    const auto before = replace(text);
    if (!before)
        return Failure{before.error()};
    const auto done = policy::activate(client, {}, ready.value(), 0);
    if (!done)
        if (const auto undone = replace(before.value()); !undone)
            note("the rules in force are not those on disk: " + undone.error().message);
    if (auto failure = failure_of(done))
        return std::move(*failure);
    return done.value().generation;
}

} // namespace mk::cli
