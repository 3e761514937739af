// SPDX-License-Identifier: GPL-2.0-only
#include "policy/local_mask.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "base/module_name.hpp"
#include "base/text_file.hpp"
#include "config/atomic_file.hpp"
#include "policy/local_change.hpp"
#include "policy/local_deny.hpp"
#include "policy/policy_files.hpp"

namespace mk::policy {
namespace {

using Names = ModuleNames;

constexpr const char *why_masked = "masked";

Change noted(std::string message) {
    return {"note", {}, {}, {}, std::move(message)};
}

// What to do before the rules can be changed again.
std::string step_before(const NotChanged &refused) {
    switch (refused.obstacle) {
    case Obstacle::Trial:
        return "\"modkeeper policy confirm\" or \"rollback\", then ";
    case Obstacle::Faults:
        return "\"modkeeper policy check\" says where; then ";
    case Obstacle::Unapplied:
        return "\"modkeeper policy apply\", then ";
    case Obstacle::None:
        break;
    }
    return refused.error.code == ErrorCode::DriverUnavailable ? "load the driver, then " : "";
}

std::string without_end(const std::string &sentence) {
    constexpr std::string_view end = "; nothing was changed";
    return sentence.ends_with(end) ? sentence.substr(0, sentence.size() - end.size()) : sentence;
}

NewRule mask_of(const ModuleName &name) {
    return {Verdict::Deny, {name}, why_masked, {}, id_of_mask(name)};
}

Result<Changed> with_masks(const std::string &text, const std::string &path, const Names &names) {
    Changed all;
    all.text = text;
    for (const auto &name : names) {
        auto one = TRY(with_rule(all.text, path, mask_of(name)));
        all.text = std::move(one.text);
        if (!one.id.empty())
            all.taken.push_back(name); // those that have a new rule
    }
    return all;
}

// Those that have a rule lose it.
Result<Changed> without_masks(const std::string &text, const std::string &path,
                              const Names &names) {
    Changed all;
    all.text = text;
    for (const auto &name : names) {
        auto one = without_id(all.text, path, id_of_mask(name));
        if (!one && one.error().code == ErrorCode::NotFound)
            continue;
        if (!one)
            return one.error();
        all.text = std::move(one.value().text);
        all.taken.push_back(name);
    }
    return all;
}

Changes rules_of(const char *action, const std::string &path, const Names &names) {
    Changes changes;
    for (const auto &name : names)
        changes.push_back(
            {action,
             path,
             fmt::format("deny load {} id={} reason \"{}\"", name, id_of_mask(name), why_masked),
             {},
             {}});
    return changes;
}

// Nobody is asked twice for the same: without a policy, with the rules on disk as they are, a rule
// that is gone from the disk is gone for good.
Result<Names> take_from_disk(const std::string &path, const Names &names) {
    Names taken;
    const auto done =
        edit_file(path, [&](const std::string &now) -> Result<std::optional<std::string>> {
            auto changed = TRY(without_masks(now, path, names));
            taken = module_names(changed.taken);
            return std::optional(std::move(changed.text));
        });
    if (!done)
        return done.error();
    return taken;
}

bool is_in_force(driver::PolicyClient &client, const ModuleName &name) {
    driver::PolicyQuestion question;
    question.name = name;
    const auto reply = client.ask(question);
    return reply && reply.value().rule == id_of_mask(name);
}

bool has_any(const std::string &path, const Names &names) {
    const auto text = read_text(path);
    return text && std::any_of(names.begin(), names.end(), [&](const auto &name) {
               return text->find("id=" + id_of_mask(name)) != std::string::npos;
           });
}

} // namespace

std::string id_of_mask(const ModuleName &name) {
    return "mask-" + name;
}

Changes put_masks(driver::PolicyClient &client, const ConfigurationPlaces &places,
                  const ModuleNames &names) {
    const auto masked = each_once(names);
    const auto path = path_of_rules(places, local_rules_file);
    const auto done = change_rules(client, places, local_rules_file, [&](const std::string &text) {
        return with_masks(text, path, masked);
    });
    if (const auto *refused = std::get_if<NotChanged>(&done)) {
        auto changes = Changes{noted(fmt::format(
            "insmod, and programs that load module files themselves, can still load {}: {}; "
            "{}\"modkeeper mask {}\" again denies that too",
            join(masked), without_end(refused->error.message), step_before(*refused),
            join(masked, " ")))};
        if (refused->not_undone)
            changes.push_back(noted("the rule stays on disk: " + refused->not_undone->message));
        return changes;
    }
    const auto &change = std::get<RuleChange>(done);
    auto changes = rules_of("added", path, module_names(change.changed.taken));
    if (change.not_kept)
        changes.push_back(noted(change.not_kept->message));
    NewRule all = mask_of({});
    all.names = texts_of(masked);
    for (auto &sentence : standing_of(client, all).sentences)
        changes.push_back(noted(std::move(sentence)));
    return changes;
}

Changes take_masks(driver::PolicyClient &client, const ConfigurationPlaces &places,
                   const ModuleNames &names) {
    const auto unmasked = each_once(names);
    const auto path = path_of_rules(places, local_rules_file);
    if (!has_any(path, unmasked))
        return {};
    const auto done = change_rules(client, places, local_rules_file, [&](const std::string &text) {
        return without_masks(text, path, unmasked);
    });
    if (const auto *change = std::get_if<RuleChange>(&done)) {
        auto changes = rules_of("removed", path, module_names(change->changed.taken));
        if (change->not_kept)
            changes.push_back(noted(change->not_kept->message));
        return changes;
    }
    const auto &refused = std::get<NotChanged>(done);
    if (refused.error.code == ErrorCode::DriverUnavailable ||
        refused.obstacle == Obstacle::Unapplied) {
        if (const auto taken = take_from_disk(path, unmasked)) {
            auto changes = rules_of("removed", path, taken.value());
            for (const auto &name : taken.value())
                if (is_in_force(client, name))
                    changes.push_back(noted(fmt::format(
                        "rule {} is still in force until \"modkeeper policy apply\", because {}",
                        id_of_mask(name), without_end(refused.error.message))));
            return changes;
        }
    }
    Changes changes;
    for (const auto &name : unmasked)
        changes.push_back(
            noted(fmt::format("rule {} of {} stays, and denies {}: {}; {}\"modkeeper "
                              "policy revoke {}\" takes it away",
                              id_of_mask(name), path, name, without_end(refused.error.message),
                              step_before(refused), id_of_mask(name))));
    return changes;
}

} // namespace mk::policy
