// SPDX-License-Identifier: GPL-2.0-only
#include "journal/policy_words.hpp"

#include <gtest/gtest.h>

#include <map>

#include "driver_client/event_codec.hpp"
#include "journal/entry.hpp"
#include "journal/message_ids.hpp"

namespace mk::journal {
namespace {

using driver::EventKind;
using driver::PolicyChangeKind;
using driver::PolicyGate;
using driver::PolicyVerdict;

driver::PolicyDecision decision_of(PolicyGate gate, PolicyVerdict outcome) {
    driver::PolicyDecision decision;
    decision.gate = gate;
    decision.outcome = outcome;
    decision.gate_mode = driver::PolicyMode::Enforce;
    decision.rule = "10-cve.rules:2";
    decision.rule_reason = "Copy Fail";
    if (gate == PolicyGate::Load)
        decision.module = "rxrpc";
    else
        decision.alias = "net-pf-33";
    return decision;
}

driver::Event event_of(const driver::PolicyDecision &decision) {
    driver::Event event;
    event.kind = EventKind::PolicyDecision;
    event.comm = "modprobe";
    event.tgid = 41;
    event.uid = 1000;
    event.sequence = 7;
    event.boottime_ns = 70;
    event.body = decision;
    return event;
}

driver::Event event_of(PolicyChangeKind kind) {
    driver::PolicyChange change;
    change.policy_change = kind;
    change.policy_generation = 5;
    change.rule_count = 1;
    change.load_mode = driver::PolicyMode::Enforce;
    change.permission = 3;
    change.permission_name = "usb_*";
    change.gate = PolicyGate::Load;
    auto event = event_of(driver::PolicyDecision{});
    event.kind = EventKind::PolicyChange;
    event.comm = "modkeeper";
    event.body = change;
    return event;
}

Words said_of(const driver::Event &event) {
    if (const auto *decision = event.as<driver::PolicyDecision>())
        return words_of(event, *decision);
    return words_of(event, *event.as<driver::PolicyChange>());
}

TEST(PolicyWords, ADeniedLoadHasTheEntryOfItsFailure) {
    EXPECT_FALSE(is_entered(event_of(decision_of(PolicyGate::Load, PolicyVerdict::Denied))));
    EXPECT_FALSE(is_entered(event_of(decision_of(PolicyGate::Load, PolicyVerdict::Allowed))));
    EXPECT_FALSE(is_entered(event_of(decision_of(PolicyGate::Request, PolicyVerdict::Allowed))));
    EXPECT_TRUE(is_entered(event_of(decision_of(PolicyGate::Load, PolicyVerdict::WouldDeny))));
    EXPECT_TRUE(is_entered(event_of(decision_of(PolicyGate::Request, PolicyVerdict::WouldDeny))));
    EXPECT_TRUE(is_entered(event_of(decision_of(PolicyGate::Request, PolicyVerdict::Denied))));
}

TEST(PolicyWords, OfADeniedRequest) {
    const auto words = said_of(event_of(decision_of(PolicyGate::Request, PolicyVerdict::Denied)));
    EXPECT_STREQ(words.id, request_denied_id);
    EXPECT_EQ(words.priority, LOG_WARNING);
    EXPECT_EQ(words.message, "rule 10-cve.rules:2 of the policy denied the request for "
                             "\"net-pf-33\" by modprobe[41] of user 1000: \"Copy Fail\"");
}

TEST(PolicyWords, OfALoadThatWouldBeDenied) {
    auto decision = decision_of(PolicyGate::Load, PolicyVerdict::WouldDeny);
    decision.link = driver::Link::Certain;
    decision.alias = "net-pf-33";
    decision.request_comm = "exploit";
    decision.request_pid = 39;
    decision.request_uid = 1000;
    auto words = said_of(event_of(decision));
    EXPECT_STREQ(words.id, would_be_denied_id);
    EXPECT_EQ(words.priority, LOG_NOTICE);
    EXPECT_EQ(words.message,
              "rule 10-cve.rules:2 of the policy would deny module rxrpc, loaded by modprobe[41] "
              "because exploit[39] of user 1000 needed \"net-pf-33\": \"Copy Fail\"; it went on, "
              "because the rule only warns");
    decision = decision_of(PolicyGate::Load, PolicyVerdict::WouldDeny);
    decision.gate_mode = driver::PolicyMode::Audit;
    decision.rule_reason.clear();
    decision.cgroup = "/system.slice/foo.service";
    words = said_of(event_of(decision));
    EXPECT_EQ(words.message,
              "rule 10-cve.rules:2 of the policy would deny module rxrpc, loaded by modprobe[41] "
              "(foo.service); it went on, because the mode is audit");
    decision.client_uid = 4294967;
    decision.client_pid = 812;
    decision.client_comm = "busctl";
    words = said_of(event_of(decision));
    EXPECT_EQ(
        words.message,
        "rule 10-cve.rules:2 of the policy would deny module rxrpc, loaded by modprobe[41] "
        "(foo.service) for busctl[812] of uid 4294967; it went on, because the mode is audit");
}

TEST(PolicyWords, NothingOfOthersLooksLikeOurWords) {
    auto decision = decision_of(PolicyGate::Request, PolicyVerdict::Denied);
    decision.alias = "x\" by init[1]";
    auto event = event_of(decision);
    event.comm = "a b";
    EXPECT_NE(said_of(event).message.find(R"(for "x\" by init[1]" by "a b"[41])"),
              std::string::npos)
        << said_of(event).message;
}

TEST(PolicyWords, OfChanges) {
    auto words = said_of(event_of(PolicyChangeKind::Set));
    EXPECT_STREQ(words.id, policy_changed_id);
    EXPECT_EQ(words.priority, LOG_NOTICE);
    EXPECT_EQ(words.message, "modkeeper[41] put a policy into force: 1 rule, generation 5, loads: "
                             "enforce, requests: off");
    EXPECT_EQ(said_of(event_of(PolicyChangeKind::Permitted)).message,
              "modkeeper[41] added temporary permission 3 for usb_*");
    EXPECT_EQ(said_of(event_of(PolicyChangeKind::Expired)).message,
              "temporary permission 3 for usb_* has expired");
    words = said_of(event_of(PolicyChangeKind::RolledBack));
    EXPECT_STREQ(words.id, policy_rolled_back_id);
    EXPECT_EQ(words.priority, LOG_WARNING);
    words = said_of(event_of(PolicyChangeKind::Sealed));
    EXPECT_STREQ(words.id, policy_sealed_id);
    EXPECT_EQ(words.priority, LOG_NOTICE);
    for (const auto kind :
         {PolicyChangeKind::Cleared, PolicyChangeKind::Mode, PolicyChangeKind::Trial,
          PolicyChangeKind::Confirmed, PolicyChangeKind::Revoked, PolicyChangeKind::Unknown}) {
        words = said_of(event_of(kind));
        EXPECT_STREQ(words.id, policy_changed_id);
        EXPECT_EQ(words.message.find("modkeeper[41] "), 0U) << words.message;
    }
}

TEST(PolicyWords, EntriesLeadBackToTheEvent) {
    for (const auto &event :
         {event_of(decision_of(PolicyGate::Load, PolicyVerdict::WouldDeny)),
          event_of(decision_of(PolicyGate::Request, PolicyVerdict::Denied)),
          event_of(PolicyChangeKind::Permitted), event_of(PolicyChangeKind::RolledBack)}) {
        std::map<std::string, std::string> fields;
        for (const auto &field : entry_of(event, {})) {
            const auto equals = field.find('=');
            EXPECT_TRUE(fields.emplace(field.substr(0, equals), field.substr(equals + 1)).second)
                << field << " is there twice";
        }
        const auto back = event_of_entry(fields);
        ASSERT_TRUE(back);
        EXPECT_EQ(driver::fields_of(*back).size(), driver::fields_of(event).size());
        EXPECT_EQ(back->sequence, 7U);
    }
}

} // namespace
} // namespace mk::journal
