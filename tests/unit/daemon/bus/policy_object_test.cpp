// SPDX-License-Identifier: GPL-2.0-only
// org.modkeeper1.Policy as a caller sees it: what it answers, what it refuses, whom it asks.
#include <fmt/format.h>

#include "fixtures/bus_fixture.hpp"
#include "fixtures/fake_polkit.hpp"

namespace mk::test {
namespace {

using Lines = std::vector<std::string>;
using driver::EventKind;
using driver::PolicyMode;

constexpr const char *interface = bus::policy_interface;

class PolicyObject : public BusFixture {
  protected:
    PolicyObject() : polkit_(private_bus_, loop_.get()) {
        policy_.policy.is_there = true;
        policy_.policy.generation = 7;
        policy_.policy.ceiling = PolicyMode::Enforce;
        policy_.policy.load_mode = PolicyMode::Enforce;
    }

    template <typename... Arguments>
    Reply ask(const char *method, const char *types, Arguments... arguments) {
        return call(
            method, [&](auto *m) { sd_bus_message_append(m, types, arguments...); }, interface);
    }
    static std::uint64_t number_of(const Reply &reply) {
        std::uint64_t number = 0;
        EXPECT_EQ(error_of(reply), "") << text_of(reply);
        EXPECT_GT(sd_bus_message_read(reply.get(), "t", &number), 0);
        return number;
    }
    // "key=value key=value" of an a{sv} each; numbers are t
    static Lines rows_of(const Reply &reply, bool is_one = false) {
        Lines rows;
        auto *m = reply.get();
        EXPECT_EQ(error_of(reply), "") << text_of(reply);
        if (!is_one)
            sd_bus_message_enter_container(m, 'a', "a{sv}");
        while (sd_bus_message_enter_container(m, 'a', "{sv}") > 0) {
            std::string row;
            while (sd_bus_message_enter_container(m, 'e', "sv") > 0) {
                const char *key = nullptr;
                const char *type = nullptr;
                sd_bus_message_read(m, "s", &key);
                row += fmt::format("{}{}=", row.empty() ? "" : " ", key);
                sd_bus_message_peek_type(m, nullptr, &type);
                row += value_of(m, *type);
                sd_bus_message_exit_container(m);
            }
            sd_bus_message_exit_container(m);
            rows.push_back(row);
            if (is_one)
                break;
        }
        return rows;
    }
    static std::string value_of(sd_bus_message *m, char type) {
        const char *text = "";
        std::uint64_t large = 0;
        std::uint32_t number = 0;
        int yes = 0;
        switch (type) {
        case 's':
            sd_bus_message_read(m, "v", "s", &text);
            return text;
        case 't':
            sd_bus_message_read(m, "v", "t", &large);
            return std::to_string(large);
        case 'u':
            sd_bus_message_read(m, "v", "u", &number);
            return std::to_string(number);
        case 'b':
            sd_bus_message_read(m, "v", "b", &yes);
            return yes != 0 ? "yes" : "no";
        default:
            sd_bus_message_skip(m, "v");
            return "";
        }
    }
    std::string state(const char *name) { return property("/org/modkeeper1", interface, name); }

    FakePolkit polkit_;
};

TEST_F(PolicyObject, ItsStateIsPublic) {
    policy_.policy.request_mode = PolicyMode::Audit;
    policy_.policy.digest = "abc";
    EXPECT_EQ(state("LoadMode"), "enforce");
    EXPECT_EQ(state("RequestMode"), "audit");
    EXPECT_EQ(state("Digest"), "abc");
    policy_.policy.ceiling = PolicyMode::Audit;
    EXPECT_EQ(state("LoadMode"), "audit");
    policy_.broken = Error{ErrorCode::DriverUnavailable, "no driver"};
    EXPECT_EQ(state("LoadMode"), "off");
    EXPECT_EQ(polkit_.asked, Lines{});
}

TEST_F(PolicyObject, RulesAreForThoseWhoMayReadTheRecord) {
    policy_.policy.rules = {
        {"10-cve.rules:2", "Dirty Frag", driver::PolicyGate::Load, "deny", 1ULL << 40, false},
        {"default", "", driver::PolicyGate::Load, "allow", 0, true}};
    EXPECT_EQ(rows_of(ask("ListRules", "")),
              (Lines{"rule=10-cve.rules:2 gate=load rule_verdict=deny is_default=no "
                     "hits=1099511627776 rule_reason=Dirty Frag",
                     "rule=default gate=load rule_verdict=allow is_default=yes hits=0"}));
    EXPECT_EQ(polkit_.asked, Lines{"org.modkeeper1.read-events"});
    polkit_.refused = "org.modkeeper1.read-events";
    for (const auto *method : {"ListRules", "ListPermissions"})
        EXPECT_EQ(error_of(ask(method, "")), "NotAuthorized") << method;
    EXPECT_EQ(error_of(ask("Test", "sa{sv}", "dummy", 0)), "NotAuthorized");
    EXPECT_TRUE(policy_.questions.empty());
}

TEST_F(PolicyObject, TestAsksAboutTheLoadThatIsDescribed) {
    policy_.reply = {PolicyMode::Enforce, driver::PolicyVerdict::Allowed, "deny", "r1", "why", 3};
    const auto reply =
        ask("Test", "sa{sv}", "snd-dummy", 2, "unprivileged", "b", 1, "unsigned", "b", 1);
    EXPECT_EQ(rows_of(reply, true), Lines{"outcome=allowed gate_mode=enforce rule=r1 "
                                          "rule_verdict=deny rule_reason=why permission=3"});
    ASSERT_EQ(policy_.questions.size(), 1U);
    const auto &asked = policy_.questions.front();
    EXPECT_EQ(asked.name, "snd_dummy");
    EXPECT_FALSE(asked.is_signed);
    EXPECT_FALSE(asked.is_privileged);
    EXPECT_NE(asked.uid, 0U);
    rows_of(
        ask("Test", "sa{sv}", "net-pf-33", 2, "request", "b", 1, "uid", "t", std::uint64_t{1000}),
        true);
    EXPECT_EQ(policy_.questions.back().name, "net-pf-33");
    EXPECT_EQ(policy_.questions.back().uid, 1000U);
    EXPECT_EQ(policy_.questions.back().gate, driver::PolicyGate::Request);
}

TEST_F(PolicyObject, TestAsksAboutALoadOfItsOwn) {
    const auto ask_for = [&](const char *other) {
        return ask("Test", "sa{sv}", "dummy", 4, "client", "b", 1, "container", "b", 1, "uid", "t",
                   std::uint64_t{1000}, other, "b", 1);
    };
    rows_of(ask_for("unsigned"), true);
    ASSERT_EQ(policy_.questions.size(), 1U);
    const auto &asked = policy_.questions.front();
    EXPECT_EQ(asked.uid, 0U) << "the daemon loads it";
    EXPECT_FALSE(asked.is_in_container);
    ASSERT_TRUE(asked.client);
    EXPECT_EQ(asked.client->uid, 1000U);
    EXPECT_EQ(asked.client->is_in_container, true);
    EXPECT_EQ(error_of(ask_for("for")), "InvalidArgument");
    EXPECT_EQ(error_of(ask_for("request")), "InvalidArgument");
}

TEST_F(PolicyObject, AppliesTheRulesOnDisk) {
    const auto apply = [&](std::uint64_t usec) { return ask("Apply", "ta{sv}", usec, 0); };
    sys_.write("etc/modkeeper/policy.d/a.rules", "deny load one\ndeni load two\n");
    const auto wrong = apply(0);
    EXPECT_EQ(error_of(wrong), "InvalidArgument");
    EXPECT_NE(text_of(wrong).find("a.rules:2:1: error"), std::string::npos) << text_of(wrong);
    EXPECT_TRUE(policy_.installed_ones.empty());
    sys_.write("etc/modkeeper/policy.d/a.rules", "deny load one\n");
    EXPECT_EQ(number_of(apply(1'500'000)), 8U);
    ASSERT_EQ(policy_.installed_ones.size(), 1U);
    EXPECT_EQ(policy_.installed_ones.front().confirm_ns, 2'000'000'000U) << "whole seconds";
    EXPECT_EQ(polkit_.details.at("request"), "apply the rules about kernel modules on disk, on "
                                             "trial for so many seconds: 2");
    EXPECT_EQ(error_of(apply(86'401'000'000)), "InvalidArgument");
    polkit_.refused = "org.modkeeper1.manage-policy";
    EXPECT_EQ(error_of(apply(0)), "NotAuthorized");
    EXPECT_EQ(policy_.installed_ones.size(), 1U);
}

TEST_F(PolicyObject, ChecksTheRulesOnDisk) {
    sys_.write("etc/modkeeper/policy.d/a.rules", "deni load two\n");
    const auto rows = rows_of(ask("Check", "sa{sv}", "6.1.0-test", 0), true);
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_TRUE(rows.front().starts_with("result=invalid kernel_release=6.1.0-test rule_count="))
        << rows.front();
    for (const auto *kernel : {"../6.1", "..", "/"})
        EXPECT_EQ(error_of(ask("Check", "sa{sv}", kernel, 0)), "InvalidArgument") << kernel;
    EXPECT_EQ(polkit_.asked, Lines{"org.modkeeper1.read-events"});
}

TEST_F(PolicyObject, SetModeNeedsARightAndTheGateAndTheMode) {
    EXPECT_EQ(number_of(ask("SetMode", "ssa{sv}", "load", "audit", 0)), 8U);
    EXPECT_EQ(policy_.policy.load_mode, PolicyMode::Audit);
    EXPECT_EQ(polkit_.asked, Lines{"org.modkeeper1.manage-policy"});
    EXPECT_EQ(polkit_.details.at("request"), "set the mode of the policy of every load to audit");
    for (const auto &[gate, mode] :
         {std::pair{"loads", "audit"}, {"unknown", "audit"}, {"load", "on"}, {"", ""}})
        EXPECT_EQ(error_of(ask("SetMode", "ssa{sv}", gate, mode, 0)), "InvalidArgument");
    EXPECT_EQ(error_of(ask("SetMode", "ssa{sv}", "load", "off", 1, "force", "b", 1)),
              "InvalidArgument");
    polkit_.refused = "org.modkeeper1.manage-policy";
    EXPECT_EQ(error_of(ask("SetMode", "ssa{sv}", "load", "off", 0)), "NotAuthorized");
    EXPECT_EQ(policy_.policy.load_mode, PolicyMode::Audit);
}

TEST_F(PolicyObject, APermissionIsARightOfItsOwn) {
    const auto reply = ask("Allow", "asta{sv}", 2, "rxrpc", "usb_*", std::uint64_t{600'000'000}, 1,
                           "uses", "t", std::uint64_t{2});
    EXPECT_EQ(rows_of(reply).size(), 2U);
    ASSERT_EQ(policy_.allowed.size(), 2U);
    EXPECT_EQ(policy_.allowed.front().until_boottime_ns, 600'000'000'000U);
    EXPECT_EQ(policy_.allowed.front().uses_left, 2U);
    EXPECT_EQ(polkit_.asked, Lines{"org.modkeeper1.allow-temporarily rxrpc usb_*"});
    EXPECT_EQ(polkit_.details.at("request"), "allow loads of the kernel modules rxrpc usb_*, for "
                                             "so many seconds: 600, so many times: 2");
    EXPECT_EQ(error_of(ask("Revoke", "ta{sv}", std::uint64_t{1}, 0)), "");
    EXPECT_EQ(error_of(ask("Revoke", "ta{sv}", std::uint64_t{1}, 0)), "NotFound");
    polkit_.refused = "org.modkeeper1.allow-temporarily";
    EXPECT_EQ(error_of(ask("Revoke", "ta{sv}", std::uint64_t{2}, 0)), "NotAuthorized");
    EXPECT_EQ(policy_.allowed.size(), 1U);
}

TEST_F(PolicyObject, AllOfThePermissionsOrNone) {
    policy_.refused_name = "two";
    EXPECT_EQ(error_of(ask("Allow", "asta{sv}", 2, "one", "two", std::uint64_t{0}, 0)), "Failed");
    EXPECT_TRUE(policy_.allowed.empty());
    EXPECT_EQ(error_of(ask("Allow", "asta{sv}", 0, std::uint64_t{0}, 0)), "InvalidArgument");
    EXPECT_EQ(error_of(ask("Allow", "asta{sv}", 1, "one", std::uint64_t{0}, 1, "uses", "t",
                           std::uint64_t{0})),
              "InvalidArgument");
}

TEST_F(PolicyObject, ATrialIsTakenBackOnce) {
    policy_.policy.trial_left_ns = 1'500'000;
    EXPECT_EQ(state("TrialLeftUSec"), "1500");
    EXPECT_EQ(number_of(ask("Rollback", "a{sv}", 0)), 8U);
    EXPECT_EQ(error_of(ask("Rollback", "a{sv}", 0)), "NotFound");
    EXPECT_EQ(error_of(ask("Confirm", "a{sv}", 0)), "NotFound");
    EXPECT_EQ(polkit_.asked.size(), 3U);
    EXPECT_EQ(polkit_.asked.back(), "org.modkeeper1.manage-policy");
}

TEST_F(PolicyObject, SealIsARightOfItsOwn) {
    polkit_.refused = "org.modkeeper1.seal-policy";
    EXPECT_EQ(error_of(ask("Seal", "a{sv}", 0)), "NotAuthorized");
    EXPECT_FALSE(policy_.policy.is_sealed);
    polkit_.refused = "";
    EXPECT_EQ(number_of(ask("Seal", "a{sv}", 0)), 8U);
    EXPECT_TRUE(policy_.policy.is_sealed);
}

TEST_F(PolicyObject, ListenersHearOfDecisionsAndChanges) {
    driver::Event decided = event(EventKind::PolicyDecision, "", 5);
    driver::PolicyDecision decision;
    decision.module = "dccp";
    decision.rule = "10-cve.rules:2";
    decision.alias = "net-pf-2-proto-33";
    decision.gate = driver::PolicyGate::Load;
    decision.outcome = driver::PolicyVerdict::Denied;
    decided.body = decision;
    driver_.happens(decided);
    driver::Event back = event(EventKind::PolicyChange, "", 6);
    driver::PolicyChange change;
    change.policy_change = driver::PolicyChangeKind::RolledBack;
    change.policy_generation = 9;
    back.body = change;
    driver_.happens(back);
    feed();
    settle();
    EXPECT_EQ(signals_, (Lines{"Decision dccp load denied 10-cve.rules:2 5",
                               "PropertiesChanged modkeeper1 LoadMode RequestMode Generation "
                               "RuleCount Digest Sealed",
                               "RolledBack 9"}));
}

} // namespace
} // namespace mk::test
