// SPDX-License-Identifier: GPL-2.0-only
#include "policy/local_change.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <utility>
#include <vector>

#include "policy/activation.hpp"
#include "policy/policy_files.hpp"

namespace mk::policy {
namespace {

std::string_view name_of(std::string_view path) {
    return path.substr(path.rfind('/') + 1);
}

// Why the rules on disk cannot be changed on top of what is in force.
std::optional<NotChanged> obstacle_to(const driver::PolicySummary &policy, const PolicyText &disk) {
    if (policy.trial_left_ns)
        return NotChanged{{ErrorCode::InUse, "a policy is on trial; keep it, or take it back with "
                                             "\"modkeeper policy rollback\", first"},
                          Obstacle::Trial};
    if (has_errors(disk.findings))
        return NotChanged{{ErrorCode::InvalidArgument, "the rules on disk have errors; nothing was "
                                                       "changed"},
                          Obstacle::Faults};
    const auto text = kept_text_of(disk.sources);
    if (!text)
        return NotChanged{text.error()};
    const bool is_same =
        policy.is_there ? text.value().digest == policy.digest : disk.policy.rules.empty();
    if (is_same)
        return std::nullopt;
    return NotChanged{{ErrorCode::Failed,
                       "the rules on disk are not those in force, and would come into force with "
                       "this change; look at them and apply them first; nothing was changed"},
                      Obstacle::Unapplied};
}

// Those on disk, once the file has this text.
Result<std::vector<RuleFile>> files_with(std::vector<RuleFile> files, const std::string &path,
                                         const std::string &text) {
    const auto name = name_of(path);
    const auto place = std::find_if(files.begin(), files.end(),
                                    [&](const auto &file) { return name_of(file.path) >= name; });
    const bool is_there = place != files.end() && name_of(place->path) == name;
    if (is_there && place->path != path)
        return Error{ErrorCode::Failed, path + " would hide " + place->path +
                                            ": give that one another name; nothing was changed"};
    if (is_there && text.empty())
        files.erase(place);
    else if (is_there)
        place->text = text;
    else if (!text.empty())
        files.insert(place, {path, text});
    return files;
}

Error no_folder(const std::string &folder, int error) {
    auto failure = write_failure(folder, error);
    // Of a service that may write below this folder only if it is there when the service starts.
    if (error == EROFS)
        failure.message = folder + " is missing, and cannot be made from here; make it with "
                                   "\"mkdir -p /etc/modkeeper/policy.d\", and restart modkeeperd "
                                   "if it is to write there; nothing was changed";
    return failure;
}

Mode mode_of(driver::PolicyMode mode) {
    switch (mode) {
    case driver::PolicyMode::Off:
        return Mode::Off;
    case driver::PolicyMode::Audit:
        return Mode::Audit;
    case driver::PolicyMode::Enforce:
        break;
    }
    return Mode::Enforce;
}

// A mode that somebody has set since the rules were applied stays: a change of rules is none of it.
void keep_modes(const driver::PolicySummary &policy, const Policy &disk, ReadyPolicy &ready) {
    if (!policy.is_there)
        return;
    if (const auto now = mode_of(policy.load_mode); now != mode_at(disk, Gate::Load))
        ready.load_mode = now;
    if (const auto now = mode_of(policy.request_mode); now != mode_at(disk, Gate::Request))
        ready.request_mode = now;
}

// One change, from the text on disk to the policy in force.
class Change {
  public:
    Change(const ConfigurationPlaces &places, const std::string &path, const PolicyText &disk,
           const EditRules &edit)
        : places_(places), path_(path), disk_(disk), edit_(edit) {}

    Result<void> write() {
        return edit_file(path_, [this](const std::string &now) { return next(now); });
    }

    // What was written, if it is still there, goes.
    Result<void> undo() {
        return edit_file(path_, [&](const std::string &now) -> Result<std::optional<std::string>> {
            return now == changed_.text ? std::optional(before_) : std::nullopt;
        });
    }

    const Changed &changed() const { return changed_; }
    // Nothing: the text is as it was.
    std::optional<ReadyPolicy> &ready() { return ready_; }

  private:
    Result<std::optional<std::string>> next(const std::string &now) {
        before_ = now;
        changed_ = TRY(edit_(now));
        if (changed_.text == now)
            return std::optional<std::string>();
        auto files = TRY(files_with(disk_.sources, path_, changed_.text));
        auto ready = TRY(make_ready(parse_policy(std::move(files), std::time(nullptr)), places_));
        for (const auto &finding : ready.rules.findings)
            if (finding.is_error())
                return Error{ErrorCode::InvalidArgument, finding.text() + "; nothing was changed"};
        ready_ = std::move(ready);
        return std::optional(changed_.text);
    }

    const ConfigurationPlaces &places_;
    const std::string &path_;
    const PolicyText &disk_;
    const EditRules &edit_;
    std::string before_;
    Changed changed_;
    std::optional<ReadyPolicy> ready_;
};

} // namespace

std::string path_of_rules(const ConfigurationPlaces &places, const std::string &file) {
    return policy_folders(places.root).front() + "/" + file;
}

Result<EditLock> lock_rules(const ConfigurationPlaces &places) {
    // of all files: what is read of one must hold until it is in force with the others
    return EditLock::take(path_of_rules(places, "rules"));
}

Result<void> make_rules_folder(const ConfigurationPlaces &places) {
    constexpr mode_t usual = 0755;
    for (const auto *name : {"/etc/modkeeper", "/etc/modkeeper/policy.d"}) {
        const auto folder = places.root + name;
        if (mkdir(folder.c_str(), usual) == 0)
            (void)chmod(folder.c_str(), usual); // whatever the mask of this process
        else if (errno != EEXIST)
            return no_folder(folder, errno);
    }
    return {};
}

std::variant<RuleChange, NotChanged> change_rules(driver::PolicyClient &client,
                                                  const ConfigurationPlaces &places,
                                                  const std::string &file, const EditRules &edit) {
    if (const auto policy = client.summary(); !policy)
        return NotChanged{policy.error()};
    if (const auto made = make_rules_folder(places); !made)
        return NotChanged{made.error()};
    const auto lock = lock_rules(places);
    if (!lock)
        return NotChanged{lock.error()};
    const auto policy = client.summary();
    if (!policy)
        return NotChanged{policy.error()};
    const auto disk = read_policy(places.root, std::time(nullptr));
    if (auto obstacle = obstacle_to(policy.value(), disk))
        return std::move(*obstacle);
    const auto path = path_of_rules(places, file);
    Change change(places, path, disk, edit);
    if (const auto written = change.write(); !written)
        return NotChanged{written.error()};
    if (!change.ready())
        return RuleChange{change.changed()};
    keep_modes(policy.value(), disk.policy, *change.ready());
    const auto done = activate(client, {places.root}, *change.ready(), 0);
    if (done)
        return RuleChange{change.changed(), done.value().generation, done.value().not_kept};
    NotChanged failed{done.error()};
    if (const auto undone = change.undo(); !undone)
        failed.not_undone = undone.error();
    return failed;
}

} // namespace mk::policy
