// SPDX-License-Identifier: GPL-2.0-only
#include "journal/policy_words.hpp"

#include <fmt/format.h>

#include "base/foreign_text.hpp"
#include "driver_client/event_names.hpp"
#include "explain/client.hpp"
#include "journal/message_ids.hpp"

namespace mk::journal {

namespace {

using driver::Event;
using driver::PolicyChange;
using driver::PolicyChangeKind;
using driver::PolicyDecision;

// "module dummy, loaded by modkeeperd-job[41] for busctl[39] of uid 1000", "the request for
// "net-pf-33" by ip[39]"
std::string thing_of(const Event &event, const PolicyDecision &decision) {
    if (decision.gate == driver::PolicyGate::Request)
        return fmt::format("the request for {} by {} of user {}", in_quotes(decision.alias),
                           by_whom(event), event.uid);
    auto text = fmt::format("module {}, loaded by {}{}", as_word(decision.module), by_whom(event),
                            for_client(event));
    if (decision.link != driver::Link::None)
        text += fmt::format(" because {}[{}] of user {} needed {}", as_word(decision.request_comm),
                            decision.request_pid, decision.request_uid, in_quotes(decision.alias));
    return text;
}

std::string reason_of(const PolicyDecision &decision) {
    return decision.rule_reason.empty() ? "" : ": " + in_quotes(decision.rule_reason);
}

// "3 rules, generation 5, loads: enforce, requests: off"
std::string state_of(const PolicyChange &change) {
    return fmt::format("{} {}, generation {}, loads: {}, requests: {}", change.rule_count,
                       change.rule_count == 1 ? "rule" : "rules", change.policy_generation,
                       driver::name_of(change.load_mode), driver::name_of(change.request_mode));
}

std::string sentence_of(const Event &event, const PolicyChange &change) {
    const auto who = by_whom(event);
    const auto permission = fmt::format("temporary permission {} for {}", change.permission,
                                        as_word(change.permission_name));
    switch (change.policy_change) {
    case PolicyChangeKind::Unknown:
        break;
    case PolicyChangeKind::Set:
        return fmt::format("{} put a policy into force: {}", who, state_of(change));
    case PolicyChangeKind::Cleared:
        return fmt::format("{} removed the policy: every module may be loaded", who);
    case PolicyChangeKind::Mode:
        return fmt::format("{} changed a mode of the policy: {}", who, state_of(change));
    case PolicyChangeKind::Trial:
        return fmt::format("{} began the trial of a policy: {}", who, state_of(change));
    case PolicyChangeKind::Confirmed:
        return fmt::format("{} confirmed the policy that was on trial: {}", who, state_of(change));
    case PolicyChangeKind::RolledBack:
        return fmt::format("the trial of a policy has ended without being confirmed, and the "
                           "policy before it is back: {}",
                           state_of(change));
    case PolicyChangeKind::Permitted:
        return fmt::format("{} added {}", who, permission);
    case PolicyChangeKind::Revoked:
        return fmt::format("{} revoked {}", who, permission);
    case PolicyChangeKind::Expired:
        return permission + " has expired";
    case PolicyChangeKind::Sealed:
        return fmt::format("{} sealed the policy: nothing changes it until the machine is rebooted",
                           who);
    }
    return fmt::format("{} changed the policy: {}", who, state_of(change));
}

} // namespace

bool is_entered(const PolicyDecision &decision) {
    return decision.outcome == driver::PolicyVerdict::WouldDeny ||
           (decision.outcome == driver::PolicyVerdict::Denied &&
            decision.gate == driver::PolicyGate::Request);
}

Words words_of(const Event &event, const PolicyDecision &decision) {
    const auto rule = as_word(decision.rule);
    const auto thing = thing_of(event, decision);
    const auto reason = reason_of(decision);
    if (decision.outcome == driver::PolicyVerdict::Denied)
        return {request_denied_id, LOG_WARNING,
                fmt::format("rule {} of the policy denied {}{}", rule, thing, reason)};
    return {would_be_denied_id, LOG_NOTICE,
            fmt::format("rule {} of the policy would deny {}{}; it went on, because {}", rule,
                        thing, reason,
                        decision.gate_mode == driver::PolicyMode::Audit ? "the mode is audit"
                                                                        : "the rule only warns")};
}

Words words_of(const Event &event, const PolicyChange &change) {
    auto message = sentence_of(event, change);
    switch (change.policy_change) {
    case PolicyChangeKind::RolledBack:
        return {policy_rolled_back_id, LOG_WARNING, std::move(message)};
    case PolicyChangeKind::Sealed:
        return {policy_sealed_id, LOG_NOTICE, std::move(message)};
    default:
        return {policy_changed_id, LOG_NOTICE, std::move(message)};
    }
}

} // namespace mk::journal
