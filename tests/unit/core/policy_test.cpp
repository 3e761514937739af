// SPDX-License-Identifier: GPL-2.0-only
// The judge: what rules mean one by one, and any number of them against a reference that goes
// through them line by line.
#include "core/policy.hpp"
#include "core/policy_who.hpp"

#include <algorithm>
#include <random>

#include <fnmatch.h>
#include <gtest/gtest.h>

#include "policy_writer.hpp"

namespace {

constexpr auto allow = MODKEEPER_RULE_ALLOW, deny = MODKEEPER_RULE_DENY, warn = MODKEEPER_RULE_WARN;
constexpr auto load = MODKEEPER_POLICY_GATE_LOAD, request = MODKEEPER_POLICY_GATE_REQUEST;

class Judge {
  public:
    explicit Judge(const WrittenPolicy &policy) : bytes_(policy.bytes()), blob_(bytes_.data()) {
        EXPECT_FALSE(mk::check_policy(bytes_.data(), bytes_.size()).found());
        index_.resize(mk::Policy::index_bytes(blob_) / 8 + 1);
        policy_.emplace(blob_, reinterpret_cast<__u8 *>(index_.data()));
    }

    mk::Policy::Match operator()(const std::string &name, const mk::PolicyFacts &facts = {},
                                 modkeeper_policy_gate gate = load) const {
        return policy_->judge(gate, {name.data(), name.size()}, facts);
    }
    __u64 wanted() const { return policy_->wanted(); }
    modkeeper_rule_verdict verdict(const std::string &name,
                                   const mk::PolicyFacts &facts = {}) const {
        return (*this)(name, facts).verdict;
    }

  private:
    struct Held {
        alignas(mk::Policy) unsigned char memory[sizeof(mk::Policy)];
        mk::Policy *policy = nullptr;
        void emplace(const mk::PolicyBlob &blob, __u8 *index) {
            policy = ::new (static_cast<void *>(memory)) mk::Policy(blob, index);
        }
        const mk::Policy *operator->() const { return policy; }
    };

    PolicyBytes bytes_;
    mk::PolicyBlob blob_;
    std::vector<__u64> index_;
    Held policy_;
};

// ---- the reference ----

std::string folded(std::string text) {
    std::replace(text.begin(), text.end(), '-', '_');
    return text;
}

bool any_matches(const std::vector<std::string> &names, const std::string &name) {
    return std::any_of(names.begin(), names.end(), [&](const std::string &one) {
        return fnmatch(folded(one).c_str(), folded(name).c_str(), FNM_NOESCAPE) == 0;
    });
}

// A load or request: the facts, and who of several tasks may have asked for it.
struct Case {
    mk::PolicyFacts facts;
    std::vector<mk::PolicyWho> askers;
};

bool is_true(const WrittenCondition &condition, const mk::PolicyFacts &facts) {
    if (!(facts.known >> condition.fact & 1))
        return false;
    bool is = facts.facts >> condition.fact & 1;
    if (condition.fact == MODKEEPER_FACT_SRCVERSION)
        is = is && fnmatch(condition.pattern.c_str(),
                           std::string(facts.srcversion.data(), facts.srcversion.length()).c_str(),
                           FNM_NOESCAPE) == 0;
    if (condition.fact == MODKEEPER_FACT_BY_UID)
        is = is && condition.first <= facts.by_uid && facts.by_uid <= condition.last;
    return is != condition.negated;
}

// Of one that opens the gate: whoever asked. Of others: if one of those who may have asked did.
bool is_true(const WrittenCondition &condition, bool opens, const Case &one) {
    if (condition.fact < MODKEEPER_FACT_FOR_UNPRIVILEGED || one.askers.empty())
        return is_true(condition, one.facts);
    auto is_of = [&](const mk::PolicyWho &who) {
        bool is = who.conditions >> (condition.fact - MODKEEPER_FACT_FOR_UNPRIVILEGED) & 1;
        return is != condition.negated;
    };
    return opens ? std::all_of(one.askers.begin(), one.askers.end(), is_of)
                 : std::any_of(one.askers.begin(), one.askers.end(), is_of);
}

mk::Policy::Match reference(const WrittenPolicy &policy, const std::string &name, const Case &asked,
                            modkeeper_policy_gate gate) {
    mk::Policy::Match match;
    std::vector<__u32> order;
    for (__u32 i = 0; i < policy.rules.size(); i++)
        if (policy.rules[i].gate == gate && policy.default_rule[gate - 1] != i)
            order.push_back(i);
    if (policy.default_rule[gate - 1] != MODKEEPER_POLICY_NONE)
        order.push_back(policy.default_rule[gate - 1]);
    for (__u32 i : order) {
        const WrittenRule &rule = policy.rules[i];
        bool named = policy.default_rule[gate - 1] == i ||
                     (any_matches(rule.names, name) && !any_matches(rule.except, name));
        bool holds = std::all_of(rule.conditions.begin(), rule.conditions.end(), [&](auto &one) {
            return is_true(one, rule.verdict == allow, asked);
        });
        bool over = rule.until_realtime_ns && asked.facts.realtime_ns >= rule.until_realtime_ns;
        if (!named || !holds || over)
            continue;
        if (rule.verdict != warn) {
            match.verdict = rule.verdict;
            match.rule = i;
            return match;
        }
        if (match.warned == MODKEEPER_POLICY_NONE)
            match.warned = i;
    }
    return match;
}

// ---- rules one by one ----

TEST(Policy, WithoutRulesEverythingIsAllowed) {
    Judge judge{WrittenPolicy()};
    mk::Policy::Match match = judge("anything");
    EXPECT_EQ(match.verdict, allow);
    EXPECT_EQ(match.rule, MODKEEPER_POLICY_NONE);
    EXPECT_EQ(match.warned, MODKEEPER_POLICY_NONE);
}

TEST(Policy, FirstThatHoldsDecides) {
    Judge judge(WrittenPolicy()
                    .add({allow, {"esp4"}, {}, {}, ""})
                    .add({deny, {"esp*"}, {}, {}, ""})
                    .add({allow, {"esp6"}, {}, {}, ""})
                    .otherwise(deny));
    EXPECT_EQ(judge("esp4").rule, 0u);
    EXPECT_EQ(judge("esp6").rule, 1u);
    EXPECT_EQ(judge("esp6").verdict, deny);
    EXPECT_EQ(judge("dummy").rule, 3u);
    EXPECT_EQ(judge("dummy").verdict, deny);
}

TEST(Policy, NamesAreTheSameInBothSpellings) {
    Judge judge(WrittenPolicy()
                    .add({deny, {"snd-hda_intel"}, {}, {}, ""})
                    .add({deny, {"usb-*"}, {}, {}, ""}));
    for (const char *name :
         {"snd_hda_intel", "snd-hda-intel", "snd_hda-intel", "usb_storage", "usb-x"})
        EXPECT_EQ(judge.verdict(name), deny) << name;
    for (const char *name : {"snd_hda_intel2", "snd_hda_inte", "usb", "SND_HDA_INTEL"})
        EXPECT_EQ(judge.verdict(name), allow) << name;
}

TEST(Policy, ExceptionsTakeARuleAwayAndNotAllRules) {
    Judge judge(WrittenPolicy()
                    .add({deny, {"*"}, {"nvidia*", "dummy"}, {}, ""})
                    .add({deny, {"nvidia_drm"}, {}, {}, ""}));
    EXPECT_EQ(judge.verdict("zram"), deny);
    EXPECT_EQ(judge.verdict("dummy"), allow);
    EXPECT_EQ(judge.verdict("nvidia"), allow);
    EXPECT_EQ(judge("nvidia_drm").rule, 1u);
}

TEST(Policy, WarningIsNotedAndTheSearchGoesOn) {
    Judge judge(WrittenPolicy()
                    .add({warn, {"a*"}, {}, {}, ""})
                    .add({warn, {"ab"}, {}, {}, ""})
                    .add({deny, {"abc"}, {}, {}, ""})
                    .otherwise(warn));
    EXPECT_EQ(judge("ab").verdict, allow);
    EXPECT_EQ(judge("ab").warned, 0u);
    EXPECT_EQ(judge("abc").verdict, deny);
    EXPECT_EQ(judge("abc").rule, 2u);
    EXPECT_EQ(judge("z").warned, 3u);
    EXPECT_EQ(judge("z").rule, MODKEEPER_POLICY_NONE);
}

TEST(Policy, GatesHaveRulesOfTheirOwn) {
    Judge judge(WrittenPolicy()
                    .add({deny, {"net-pf-33"}, {}, {}, "", "", request})
                    .add({deny, {"rxrpc"}, {}, {}, ""})
                    .otherwise(deny, request));
    EXPECT_EQ(judge("net-pf-33", {}, request).rule, 0u);
    EXPECT_EQ(judge("net-pf-33", {}, load).verdict, allow);
    EXPECT_EQ(judge("rxrpc", {}, request).rule, 2u);
    EXPECT_EQ(judge("rxrpc", {}, load).rule, 1u);
}

TEST(Policy, UnknownFactHoldsNeitherWay) {
    Judge judge(WrittenPolicy()
                    .add({deny, {"a"}, {}, {{MODKEEPER_FACT_SIGNED}}, ""})
                    .add({deny, {"a"}, {}, {{MODKEEPER_FACT_SIGNED, true}}, ""}));
    mk::PolicyFacts facts;
    EXPECT_EQ(judge.verdict("a", facts), allow);
    facts.set(MODKEEPER_FACT_SIGNED, true);
    EXPECT_EQ(judge("a", facts).rule, 0u);
    facts = {};
    facts.set(MODKEEPER_FACT_SIGNED, false);
    EXPECT_EQ(judge("a", facts).rule, 1u);
}

TEST(Policy, TextsAndRangesAreCompared) {
    Judge judge(WrittenPolicy()
                    .add({deny, {"a"}, {}, {{MODKEEPER_FACT_PATH, false, "/tmp/*"}}, ""})
                    .add({deny, {"a"}, {}, {{MODKEEPER_FACT_PARAMETERS, false, "*debug=1*"}}, ""})
                    .add({deny, {"a"}, {}, {{MODKEEPER_FACT_SRCVERSION, true, "ABC*"}}, ""})
                    .add({deny, {"a"}, {}, {{MODKEEPER_FACT_BY_UID, false, "", 1000, 1999}}, ""}));
    auto with = [](auto change) {
        mk::PolicyFacts facts;
        facts.set(MODKEEPER_FACT_PATH, false);
        facts.set(MODKEEPER_FACT_PARAMETERS, true);
        change(facts);
        return facts;
    };
    EXPECT_EQ(judge.verdict("a", with([](auto &) {})), allow);
    EXPECT_EQ(judge("a", with([](auto &facts) {
                        facts.path = mk::Text::from_c("/tmp/a.ko");
                        facts.set(MODKEEPER_FACT_PATH, true);
                    }))
                  .rule,
              0u);
    EXPECT_EQ(
        judge("a", with([](auto &facts) { facts.parameters = mk::Text::from_c("x debug=1 y"); }))
            .rule,
        1u);
    // there is none: then it is no such one
    EXPECT_EQ(
        judge("a", with([](auto &facts) { facts.set(MODKEEPER_FACT_SRCVERSION, false); })).rule,
        2u);
    for (auto [uid, rule] : {std::pair{999U, MODKEEPER_POLICY_NONE},
                             {1000U, 3U},
                             {1999U, 3U},
                             {2000U, MODKEEPER_POLICY_NONE}})
        EXPECT_EQ(judge("a", with([uid = uid](auto &facts) {
                            facts.by_uid = uid;
                            facts.set(MODKEEPER_FACT_BY_UID, true);
                        }))
                      .rule,
                  rule)
            << uid;
}

TEST(Policy, RuleEndsAtItsTime) {
    Judge judge(WrittenPolicy().add({deny, {"a"}, {}, {}, "", "", load, 1000}));
    mk::PolicyFacts facts;
    facts.realtime_ns = 999;
    EXPECT_EQ(judge.verdict("a", facts), deny);
    facts.realtime_ns = 1000;
    EXPECT_EQ(judge.verdict("a", facts), allow);
}

// The ends of the range are those of all who may have asked.
TEST(Policy, WhoseUidIsNotCertainIsNotLetIn) {
    mk::PolicyFacts facts;
    facts.set(MODKEEPER_FACT_FOR_UID, true);
    facts.for_uid_first = 0;
    facts.for_uid_last = 1000;
    auto holds = [&](modkeeper_rule_verdict verdict, bool negated, __u32 first, __u32 last) {
        Judge judge(WrittenPolicy().add(
            {verdict, {"a"}, {}, {{MODKEEPER_FACT_FOR_UID, negated, "", first, last}}, ""}));
        return judge("a", facts).rule == 0;
    };
    EXPECT_FALSE(holds(allow, false, 0, 0));
    EXPECT_TRUE(holds(allow, false, 0, 1000));
    EXPECT_FALSE(holds(allow, true, 1000, 1000));
    EXPECT_TRUE(holds(allow, true, 1001, 2000));
    EXPECT_TRUE(holds(deny, false, 1000, 1000));
    EXPECT_FALSE(holds(deny, false, 1001, 2000));
    EXPECT_TRUE(holds(deny, true, 0, 0));
    EXPECT_FALSE(holds(deny, true, 0, 1000));
}

// What no rule asks about need not be looked up.
TEST(Policy, WantsWhatItsRulesAskAbout) {
    EXPECT_EQ(Judge(WrittenPolicy().add({deny, {"a"}, {}, {}, ""})).wanted(), 0u);
    Judge judge(WrittenPolicy()
                    .add({deny, {"a"}, {}, {{MODKEEPER_FACT_SIGNED, true}}, ""})
                    .add({deny, {"b"}, {}, {}, "", "", load, 1000}));
    EXPECT_EQ(judge.wanted(), 1u << MODKEEPER_FACT_SIGNED | 1u << MODKEEPER_FACTS);
}

// ---- any number of rules ----

class RandomPolicy {
  public:
    explicit RandomPolicy(unsigned seed) : random_(seed) {}

    unsigned below(unsigned end) { return static_cast<unsigned>(random_() % end); }

    std::string word(const char *letters, unsigned length_max) {
        std::string word;
        for (unsigned length = 1 + below(length_max); length; length--)
            word += letters[below(static_cast<unsigned>(std::strlen(letters)))];
        return word;
    }
    std::vector<std::string> names(unsigned least, bool patterns) {
        std::vector<std::string> all;
        for (unsigned count = least + below(3); count; count--)
            all.push_back(patterns && !below(4) ? word("ab_-*?", 4) : word("ab_-", 3));
        return all;
    }
    WrittenCondition condition() {
        static constexpr unsigned facts[] = {
            MODKEEPER_FACT_SIGNED,    MODKEEPER_FACT_OUT_OF_TREE, MODKEEPER_FACT_BY_CONTAINER,
            MODKEEPER_FACT_FOR_LOGIN, MODKEEPER_FACT_SRCVERSION,  MODKEEPER_FACT_BY_UID,
            MODKEEPER_FACT_FOR_KERNEL};
        WrittenCondition one = {facts[below(7)], below(2) == 1};
        if (one.fact == MODKEEPER_FACT_SRCVERSION)
            one.pattern = word("AB*", 2);
        if (one.fact == MODKEEPER_FACT_BY_UID) {
            one.first = below(4);
            one.last = one.first + below(3);
        }
        return one;
    }
    WrittenPolicy policy() {
        WrittenPolicy policy;
        unsigned patterned = 0;
        for (unsigned count = below(40); count; count--) {
            WrittenRule rule = {
                modkeeper_rule_verdict(1 + below(3)), names(1, patterned < 30), {}, {}, ""};
            patterned++;
            rule.gate = below(4) ? load : request;
            if (!below(3))
                rule.except = names(0, patterned < 30);
            if (!below(2))
                for (unsigned conditions = below(3); conditions; conditions--) {
                    WrittenCondition one = condition();
                    if (rule.gate == load || one.fact >= MODKEEPER_FACT_BY_UNPRIVILEGED)
                        rule.conditions.push_back(one);
                }
            if (!below(8))
                rule.until_realtime_ns = 1 + below(10);
            policy.add(rule);
        }
        for (auto gate : {load, request})
            if (below(2))
                policy.otherwise(modkeeper_rule_verdict(1 + below(3)), gate);
        return policy;
    }
    Case asked() {
        Case asked;
        mk::PolicyFacts &facts = asked.facts;
        mk::PolicyAskers askers;
        for (unsigned count = below(4); count; count--) {
            mk::PolicyWho who;
            who.conditions = below(mk::PolicyWho::everything + 1);
            asked.askers.push_back(who);
            askers.add(mk::PolicyAskers(who));
        }
        unsigned end = askers.known ? MODKEEPER_FACT_FOR_UNPRIVILEGED : MODKEEPER_FACTS;
        for (unsigned i = 0; askers.known && i < mk::PolicyWho::count; i++)
            facts.set(MODKEEPER_FACT_FOR_UNPRIVILEGED + i, askers.all >> i & 1,
                      askers.some >> i & 1);
        for (unsigned fact = 0; fact < end; fact++)
            if (below(3))
                facts.set(static_cast<modkeeper_policy_fact>(fact), below(2));
        facts.by_uid = below(6);
        facts.realtime_ns = 1 + below(12);
        static constexpr const char *versions[] = {"A", "AB", "BA", "B"};
        facts.srcversion = mk::Text::from_c(versions[below(4)]);
        return asked;
    }

  private:
    std::mt19937 random_;
};

TEST(Policy, JudgesAsTheReferenceDoes) {
    RandomPolicy random(20260101);
    unsigned decided[4] = {}, warned = 0;
    for (int round = 0; round < 3000; round++) {
        WrittenPolicy policy = random.policy();
        Judge judge(policy);
        for (int i = 0; i < 40; i++) {
            std::string name = random.word("ab_-", 3);
            Case asked = random.asked();
            auto gate = random.below(4) ? load : request;
            mk::Policy::Match expected = reference(policy, name, asked, gate);
            mk::Policy::Match match = judge(name, asked.facts, gate);
            ASSERT_EQ(match.verdict, expected.verdict) << round << ' ' << name;
            ASSERT_EQ(match.rule, expected.rule) << round << ' ' << name;
            ASSERT_EQ(match.warned, expected.warned) << round << ' ' << name;
            decided[match.rule == MODKEEPER_POLICY_NONE ? 0 : match.verdict]++;
            warned += match.warned != MODKEEPER_POLICY_NONE;
        }
    }
    for (unsigned count : {decided[0], decided[allow], decided[deny], warned})
        EXPECT_GT(count, 3000u);
}

// However long it is, and whatever lies behind it: as the last text of the block, too.
TEST(Policy, NamesOfEachLengthAreFound) {
    for (unsigned last = 1; last <= MODKEEPER_POLICY_NAME_MAX; last++) {
        WrittenPolicy policy;
        std::vector<std::string> names;
        for (unsigned length = 1; length <= MODKEEPER_POLICY_NAME_MAX; length++)
            names.push_back(std::string(length - 1, length % 3 ? '_' : 'a') + 'z');
        std::rotate(names.begin(), names.begin() + last, names.end());
        for (const std::string &name : names)
            policy.add({deny, {name}, {}, {}, "r"});
        Judge judge(policy);
        for (unsigned i = 0; i < names.size(); i++) {
            ASSERT_EQ(judge(names[i]).rule, i) << names[i];
            std::string other = names[i];
            std::replace(other.begin(), other.end(), '_', '-');
            ASSERT_EQ(judge(other).rule, i) << other;
            other.back() = 'y';
            ASSERT_EQ(judge(other).rule, MODKEEPER_POLICY_NONE) << other;
        }
    }
}

// Each rule of as many as there may be is found, and where it is does not matter.
TEST(Policy, ManyRulesAreToldApart) {
    WrittenPolicy policy;
    for (unsigned i = 0; i < MODKEEPER_POLICY_RULES_MAX - 1; i++)
        policy.add({i % 2 ? deny : allow, {"module_" + std::to_string(i), "common"}, {}, {}, ""});
    policy.otherwise(deny);
    Judge judge(policy);
    for (unsigned i = 0; i < MODKEEPER_POLICY_RULES_MAX - 1; i++) {
        ASSERT_EQ(judge("module-" + std::to_string(i)).rule, i);
        ASSERT_EQ(judge.verdict("module_" + std::to_string(i)), i % 2 ? deny : allow);
    }
    EXPECT_EQ(judge("common").rule, 0u);
    EXPECT_EQ(judge("none").rule, MODKEEPER_POLICY_RULES_MAX - 1u);
}

} // namespace
