// SPDX-License-Identifier: GPL-2.0-only
#include "cli/commands/policy/local_change.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <optional>
#include <utility>

#include "cli/commands/policy/policy.hpp"
#include "cli/diagnostics.hpp"
#include "config/atomic_file.hpp"
#include "kmod/places.hpp"

namespace mk::cli {
namespace {

std::string_view name_of(std::string_view path) {
    return path.substr(path.rfind('/') + 1);
}

// Why the rules on disk cannot be changed on top of what is in force.
std::optional<Failure> obstacle(const driver::InstalledPolicy &policy,
                                const policy::PolicyText &disk) {
    if (policy.trial_left_ns)
        return Failure{{ErrorCode::InUse, "a policy is on trial; keep it, or take it back with "
                                          "\"modkeeper policy rollback\", first"},
                       "modkeeper policy confirm"};
    if (policy::has_errors(disk.findings))
        return Failure{{ErrorCode::InvalidArgument, "the rules on disk have errors; nothing was "
                                                    "changed"},
                       "modkeeper policy check",
                       ExitCode::Failed};
    const auto text = policy::kept_text_of(disk.sources);
    if (!text)
        return Failure{text.error()};
    const bool is_same =
        policy.is_there ? text.value().digest == policy.digest : disk.policy.rules.empty();
    if (is_same)
        return std::nullopt;
    return Failure{{ErrorCode::Failed,
                    "the rules on disk are not those in force, and would come into force with this "
                    "change; look at them and apply them first; nothing was changed"},
                   "modkeeper policy check; modkeeper policy apply"};
}

// Those on disk, once the file has this text.
Result<std::vector<policy::RuleFile>> files_with(std::vector<policy::RuleFile> files,
                                                 const std::string &text) {
    const auto name = name_of(local_rules_file);
    const auto place = std::find_if(files.begin(), files.end(),
                                    [&](const auto &file) { return name_of(file.path) >= name; });
    const bool is_there = place != files.end() && name_of(place->path) == name;
    if (is_there && place->path != local_rules_file)
        return Error{ErrorCode::Failed, std::string(local_rules_file) + " would hide " +
                                            place->path +
                                            ": give that one another name; nothing was changed"};
    if (is_there && text.empty())
        files.erase(place);
    else if (is_there)
        place->text = text;
    else if (!text.empty())
        files.insert(place, {local_rules_file, text});
    return files;
}

Result<void> make_folders() {
    constexpr mode_t usual = 0755;
    for (const auto *folder : {"/etc/modkeeper", "/etc/modkeeper/policy.d"})
        if (mkdir(folder, usual) < 0 && errno != EEXIST)
            return write_failure(folder, errno);
    return {};
}

// One change, from the text on disk to the policy in force.
class Change {
  public:
    Change(const policy::PolicyText &disk, const ChangeText &change)
        : disk_(disk), change_(change) {}

    Result<std::optional<std::string>> edit(const std::string &now) {
        before_ = now;
        changed_ = TRY(change_(now));
        if (changed_.text == now)
            return std::optional<std::string>();
        auto files = TRY(files_with(disk_.sources, changed_.text));
        auto ready = TRY(policy::make_ready(
            policy::parse_policy(std::move(files), std::time(nullptr)), ConfigurationPlaces{}));
        for (const auto &finding : ready.rules.findings)
            if (finding.is_error())
                return Error{ErrorCode::InvalidArgument, finding.text() + "; nothing was changed"};
        ready_ = std::move(ready);
        return std::optional(changed_.text);
    }

    // What was written, if it is still there, goes.
    Result<void> undo() {
        return edit_file(local_rules_file,
                         [&](const std::string &now) -> Result<std::optional<std::string>> {
                             return now == changed_.text ? std::optional(before_) : std::nullopt;
                         });
    }

    const policy::Changed &changed() const { return changed_; }
    const std::optional<policy::ReadyPolicy> &ready() const { return ready_; }

  private:
    const policy::PolicyText &disk_;
    const ChangeText &change_;
    std::string before_;
    policy::Changed changed_;
    std::optional<policy::ReadyPolicy> ready_;
};

} // namespace

std::variant<LocalChange, Failure> change_local_rules(const ChangeText &change) {
    const auto device = driver::Device::open();
    if (!device)
        return Failure{device.error()};
    const auto policy = driver::installed_policy(device.value());
    if (!policy)
        return Failure{policy.error()};
    const auto disk = policy::read_policy({}, std::time(nullptr));
    if (auto failure = obstacle(policy.value(), disk))
        return std::move(*failure);
    if (const auto made = make_folders(); !made)
        return Failure{made.error()};
    Change one(disk, change);
    const auto edited =
        edit_file(local_rules_file, [&](const std::string &now) { return one.edit(now); });
    if (!edited)
        return Failure{edited.error()};
    if (!one.ready())
        return LocalChange{one.changed(), 0};
    driver::DevicePolicyClient client;
    const auto done = policy::activate(client, {}, *one.ready(), 0);
    if (!done)
        if (const auto undone = one.undo(); !undone)
            note("the rule stays on disk: " + undone.error().message);
    if (auto failure = failure_of(done))
        return std::move(*failure);
    return LocalChange{one.changed(), done.value().generation};
}

} // namespace mk::cli
