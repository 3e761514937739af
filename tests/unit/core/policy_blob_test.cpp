// SPDX-License-Identifier: GPL-2.0-only
// The check of a policy's bytes: what is good passes, and each field that is broken is named.
#include "core/policy_blob.hpp"

#include <functional>
#include <random>

#include <gtest/gtest.h>

#include "core/policy.hpp"
#include "policy_writer.hpp"

namespace {

constexpr auto deny = MODKEEPER_RULE_DENY;

// Something of everything: rule 0 has names, patterns and exceptions, 1 conditions, 2 is of
// requests, 3 and 4 are the defaults.
PolicyBytes sample() {
    WrittenPolicy policy;
    policy.add({deny, {"rxrpc", "esp*"}, {"esp4"}, {}, "cve:1", "no longer used"});
    policy.add({deny,
                {"*"},
                {},
                {{MODKEEPER_FACT_OUT_OF_TREE},
                 {MODKEEPER_FACT_PATH, true, "/lib/*"},
                 {MODKEEPER_FACT_BY_UID, false, "", 1000, 2000}},
                "b"});
    policy.add({deny,
                {"net-pf-33"},
                {},
                {{MODKEEPER_FACT_BY_UNPRIVILEGED}},
                "c",
                "",
                MODKEEPER_POLICY_GATE_REQUEST});
    policy.otherwise(MODKEEPER_RULE_WARN);
    policy.otherwise(MODKEEPER_RULE_ALLOW, MODKEEPER_POLICY_GATE_REQUEST);
    return policy.bytes();
}

mk::PolicyFault check(const PolicyBytes &bytes) {
    return mk::check_policy(bytes.data(), bytes.size());
}

// The fault of the sample after @breaks; the offset, if it is given, is that of @where.
void expect(modkeeper_policy_fault fault, const std::function<const void *(PolicyBytes &)> &breaks,
            int line) {
    PolicyBytes bytes = sample();
    const void *where = breaks(bytes);
    mk::PolicyFault found = check(bytes);
    EXPECT_EQ(found.fault, fault) << "line " << line;
    if (where) {
        EXPECT_EQ(found.offset, static_cast<const __u8 *>(where) - bytes.data()) << "line " << line;
    }
}

#define BROKEN(fault, field, value)                                                                \
    expect(                                                                                        \
        MODKEEPER_POLICY_FAULT_##fault,                                                            \
        [](PolicyBytes &b) -> const void * {                                                       \
            (void)b;                                                                               \
            (field) = (value);                                                                     \
            return &(field);                                                                       \
        },                                                                                         \
        __LINE__)

TEST(PolicyBlob, SoundOnesPass) {
    EXPECT_FALSE(check(sample()).found());
    EXPECT_FALSE(check(WrittenPolicy().bytes()).found());
    WrittenPolicy many;
    for (unsigned i = 0; i < MODKEEPER_POLICY_RULES_MAX; i++)
        many.add({deny, {"m" + std::to_string(i), "a", "b", "c"}, {}, {}, "r"});
    EXPECT_FALSE(check(many.bytes()).found());
    WrittenPolicy longest;
    longest.add({deny,
                 {std::string(MODKEEPER_POLICY_NAME_MAX, 'n')},
                 {},
                 {},
                 std::string(MODKEEPER_POLICY_ID_MAX, 'i'),
                 std::string(MODKEEPER_POLICY_REASON_MAX, '\xc3')});
    longest.add({deny,
                 {std::string(MODKEEPER_POLICY_ALIAS_MAX, 'n')},
                 {},
                 {},
                 "i",
                 "",
                 MODKEEPER_POLICY_GATE_REQUEST});
    EXPECT_FALSE(check(longest.bytes()).found());
}

TEST(PolicyBlob, SizesAreHeldToTheBlock) {
    PolicyBytes bytes = sample();
    for (unsigned long size = 0; size < bytes.size(); size++) {
        PolicyBytes cut(std::string(reinterpret_cast<const char *>(bytes.data()), size));
        EXPECT_EQ(mk::check_policy(cut.data(), size).fault, MODKEEPER_POLICY_FAULT_SIZE) << size;
    }
    PolicyBytes huge(std::string(MODKEEPER_POLICY_SIZE_MAX + 8, '\0'));
    EXPECT_EQ(check(huge).fault, MODKEEPER_POLICY_FAULT_SIZE);
}

TEST(PolicyBlob, EachFieldOfTheHeaderIsChecked) {
    BROKEN(MAGIC, b.header().magic, 1);
    BROKEN(VERSION, b.header().version, 2);
    BROKEN(SIZE, b.header().header_size, sizeof(modkeeper_policy) + 8);
    BROKEN(SIZE, b.header().size, b.size() + 8);
    BROKEN(RESERVED, b.header().flags, 1);
    BROKEN(RESERVED, b.header().kernel[20], 'x');
    expect(
        MODKEEPER_POLICY_FAULT_TEXT,
        [](PolicyBytes &b) {
            std::memset(b.header().kernel, 'x', sizeof(b.header().kernel));
            return b.header().kernel;
        },
        __LINE__);
    expect(
        MODKEEPER_POLICY_FAULT_TEXT,
        [](PolicyBytes &b) {
            b.header().kernel[1] = '\n';
            return b.header().kernel;
        },
        __LINE__);
    for (__u32 offset : {0U, 8U, 1U, ~0U, ~0U - 7}) {
        auto broken = [offset](__u32 modkeeper_policy::*field) {
            expect(
                MODKEEPER_POLICY_FAULT_TABLE,
                [&](PolicyBytes &b) {
                    b.header().*field = offset;
                    return &(b.header().*field);
                },
                __LINE__);
        };
        broken(&modkeeper_policy::rules_offset);
        broken(&modkeeper_policy::names_offset);
        broken(&modkeeper_policy::conditions_offset);
        broken(&modkeeper_policy::texts_offset);
    }
    BROKEN(TABLE, b.header().rule_count, MODKEEPER_POLICY_RULES_MAX);
    BROKEN(TABLE, b.header().rule_count, ~0U);
    BROKEN(TABLE, b.header().name_count, ~0U);
    BROKEN(TABLE, b.header().condition_count, ~0U);
    BROKEN(TABLE, b.header().texts_size, ~0U);
    // 2^32 / 24 and the like, whose product wraps around
    BROKEN(TABLE, b.header().rule_count, 178956971);
    BROKEN(TABLE, b.header().name_count, 357913942);
    BROKEN(TABLE, b.header().condition_count, 268435456);
    BROKEN(DEFAULT, b.header().default_rule[1], 99);
    // a rule that has names, and no default at all
    expect(
        MODKEEPER_POLICY_FAULT_RULE,
        [](PolicyBytes &b) {
            b.header().default_rule[0] = 0;
            return &b.rules()[0];
        },
        __LINE__);
    expect(
        MODKEEPER_POLICY_FAULT_RULE,
        [](PolicyBytes &b) {
            b.header().default_rule[0] = MODKEEPER_POLICY_NONE;
            return &b.rules()[3];
        },
        __LINE__);
    // one of no gate
    expect(
        MODKEEPER_POLICY_FAULT_DEFAULT,
        [](PolicyBytes &b) {
            b.rules()[3].gate = 255;
            return &b.header().default_rule[0];
        },
        __LINE__);
    // one of the other gate
    expect(
        MODKEEPER_POLICY_FAULT_DEFAULT,
        [](PolicyBytes &b) {
            std::swap(b.header().default_rule[0], b.header().default_rule[1]);
            return &b.header().default_rule[0];
        },
        __LINE__);
}

TEST(PolicyBlob, TablesAreThereInFull) {
    WrittenPolicy policy;
    for (unsigned i = 0; i <= MODKEEPER_POLICY_RULES_MAX; i++)
        policy.add({deny, {"m"}, {}, {}, "r"});
    PolicyBytes rules = policy.bytes();
    EXPECT_EQ(check(rules).fault, MODKEEPER_POLICY_FAULT_TABLE);
    WrittenPolicy names;
    names.add({deny, std::vector<std::string>(MODKEEPER_POLICY_NAMES_MAX + 1, "m"), {}, {}, "r"});
    EXPECT_EQ(check(names.bytes()).fault, MODKEEPER_POLICY_FAULT_TABLE);
}

TEST(PolicyBlob, EachFieldOfARuleIsChecked) {
    BROKEN(RULE, b.rules()[0].gate, 0);
    BROKEN(RULE, b.rules()[0].gate, 3);
    BROKEN(RULE, b.rules()[2].gate, 255);
    BROKEN(RULE, b.rules()[0].verdict, 0);
    BROKEN(RULE, b.rules()[0].verdict, 4);
    BROKEN(RULE, b.rules()[1].condition_count, 9);
    BROKEN(RESERVED, b.rules()[0].flags, 1);
    BROKEN(RULE, b.rules()[0].first_condition, 1);
    BROKEN(RULE, b.rules()[1].first_condition, 2);
    BROKEN(RULE, b.rules()[1].first_condition, ~0U);
    BROKEN(TEXT, b.rules()[0].id, 0);
    BROKEN(TEXT, b.rules()[0].id, ~0U);
    BROKEN(TEXT, b.rules()[0].id, b.header().texts_size);
    BROKEN(TEXT, b.rules()[0].id, b.rules()[0].reason); // it has blanks
    BROKEN(TEXT, b.rules()[0].reason, ~0U);
    // conditions of a default
    expect(
        MODKEEPER_POLICY_FAULT_RULE,
        [](PolicyBytes &b) {
            b.rules()[3].condition_count = 1;
            return &b.rules()[3];
        },
        __LINE__);
}

TEST(PolicyBlob, EachFieldOfANameIsChecked) {
    BROKEN(NAME, b.names()[0].rule, 5);
    BROKEN(NAME, b.names()[0].rule, ~0U);
    BROKEN(TEXT, b.names()[0].text, 0);
    BROKEN(TEXT, b.names()[0].text, ~0U);
    BROKEN(TEXT, b.names()[0].text, b.rules()[0].reason);
    BROKEN(RESERVED, b.names()[0].flags, 4);
    // "esp*" that is said to be no pattern
    expect(
        MODKEEPER_POLICY_FAULT_NAME,
        [](PolicyBytes &b) {
            b.names()[1].flags = 0;
            return &b.names()[1].text;
        },
        __LINE__);
    // not in the order of rules
    expect(
        MODKEEPER_POLICY_FAULT_NAME,
        [](PolicyBytes &b) {
            b.names()[0].rule = 1;
            return &b.names()[1].rule;
        },
        __LINE__);
    // of none
    expect(
        MODKEEPER_POLICY_FAULT_NAME,
        [](PolicyBytes &b) {
            b.names()[4].rule = 5;
            return &b.names()[4].rule;
        },
        __LINE__);
    // of none, or of one before, though each rule has one
    for (__u32 rule : {0U, 2U, ~0U}) {
        WrittenPolicy policy;
        policy.add({deny, {"a"}, {}, {}, "r"}).add({deny, {"b", "c"}, {}, {}, "r"});
        PolicyBytes bytes = policy.bytes();
        bytes.names()[2].rule = rule;
        mk::PolicyFault found = check(bytes);
        EXPECT_EQ(found.fault, MODKEEPER_POLICY_FAULT_NAME);
        EXPECT_EQ(found.offset,
                  reinterpret_cast<const __u8 *>(&bytes.names()[2].rule) - bytes.data());
    }
    // a rule without a name, and one with exceptions only
    expect(
        MODKEEPER_POLICY_FAULT_RULE,
        [](PolicyBytes &b) {
            b.names()[3].rule = 2;
            return &b.rules()[1];
        },
        __LINE__);
    expect(
        MODKEEPER_POLICY_FAULT_RULE,
        [](PolicyBytes &b) {
            b.names()[3].flags |= MODKEEPER_POLICY_NAME_EXCEPT;
            return &b.rules()[1];
        },
        __LINE__);
}

TEST(PolicyBlob, EachFieldOfAConditionIsChecked) {
    BROKEN(CONDITION, b.conditions()[0].fact, MODKEEPER_FACTS);
    BROKEN(CONDITION, b.conditions()[0].fact, 65535);
    BROKEN(RESERVED, b.conditions()[0].flags, 2);
    BROKEN(RESERVED, b.conditions()[0].text, 1);
    BROKEN(TEXT, b.conditions()[1].text, 0);
    BROKEN(TEXT, b.conditions()[1].text, ~0U);
    BROKEN(CONDITION, b.conditions()[0].first, 1);
    BROKEN(CONDITION, b.conditions()[2].first, 2001);
    // what is never known of a request
    BROKEN(CONDITION, b.conditions()[3].fact, MODKEEPER_FACT_SIGNED);
    expect(
        MODKEEPER_POLICY_FAULT_CONDITION,
        [](PolicyBytes &b) {
            b.conditions()[0].last = 1;
            return &b.conditions()[0].first;
        },
        __LINE__);
}

TEST(PolicyBlob, TextsEndAndArePrintable) {
    expect(
        MODKEEPER_POLICY_FAULT_TEXT,
        [](PolicyBytes &b) {
            b.texts()[0] = 'x';
            return b.texts();
        },
        __LINE__);
    expect(
        MODKEEPER_POLICY_FAULT_TEXT,
        [](PolicyBytes &b) {
            b.texts()[b.header().texts_size - 1] = 'x';
            return b.texts();
        },
        __LINE__);
    expect(
        MODKEEPER_POLICY_FAULT_TABLE,
        [](PolicyBytes &b) -> const void * {
            b.header().texts_offset = static_cast<__u32>(b.size());
            return &b.header().texts_size;
        },
        __LINE__);
    for (char bad : {'\n', '\x7f', '\x1b', '\t'}) {
        WrittenPolicy reason;
        reason.add({deny, {"a"}, {}, {}, "r", std::string("a") + bad});
        EXPECT_EQ(check(reason.bytes()).fault, MODKEEPER_POLICY_FAULT_TEXT);
    }
    for (char bad : {'\n', '\x7f', ' ', '\xe4'}) {
        WrittenPolicy name, id;
        name.add({deny, {std::string("a") + bad}, {}, {}, "r"});
        EXPECT_EQ(check(name.bytes()).fault, MODKEEPER_POLICY_FAULT_TEXT);
        id.add({deny, {"a"}, {}, {}, std::string("r") + bad});
        EXPECT_EQ(check(id.bytes()).fault, MODKEEPER_POLICY_FAULT_TEXT);
    }
    auto too_long = [](WrittenRule rule) {
        WrittenPolicy policy;
        policy.add(std::move(rule));
        return check(policy.bytes()).fault;
    };
    auto text = MODKEEPER_POLICY_FAULT_TEXT;
    EXPECT_EQ(too_long({deny, {std::string(MODKEEPER_POLICY_NAME_MAX + 1, 'n')}, {}, {}, "i"}),
              text);
    EXPECT_EQ(too_long({deny,
                        {std::string(MODKEEPER_POLICY_ALIAS_MAX + 1, 'n')},
                        {},
                        {},
                        "i",
                        "",
                        MODKEEPER_POLICY_GATE_REQUEST}),
              text);
    EXPECT_EQ(too_long({deny, {"n"}, {}, {}, std::string(MODKEEPER_POLICY_ID_MAX + 1, 'i')}), text);
    EXPECT_EQ(
        too_long({deny, {"n"}, {}, {}, "i", std::string(MODKEEPER_POLICY_REASON_MAX + 1, 'r')}),
        text);
    EXPECT_EQ(too_long({deny,
                        {"n"},
                        {},
                        {{MODKEEPER_FACT_PATH, false,
                          std::string(MODKEEPER_POLICY_PATTERN_MAX + 1, 'p')}},
                        "i"}),
              text);
}

TEST(PolicyBlob, PatternsEndAndAreFew) {
    WrittenPolicy open;
    open.add({deny, {"a[b"}, {}, {}, "r"});
    EXPECT_EQ(check(open.bytes()).fault, MODKEEPER_POLICY_FAULT_PATTERN);
    WrittenPolicy condition;
    condition.add({deny, {"a"}, {}, {{MODKEEPER_FACT_PARAMETERS, false, "[x"}}, "r"});
    EXPECT_EQ(check(condition.bytes()).fault, MODKEEPER_POLICY_FAULT_PATTERN);
    WrittenPolicy many;
    for (unsigned i = 0; i < MODKEEPER_POLICY_PATTERNS_MAX; i++)
        many.add({deny, {"a*"}, {}, {}, "r"});
    EXPECT_FALSE(check(many.bytes()).found());
    WrittenPolicy others = many, one_more = many;
    others.add({deny, {"b*"}, {}, {}, "r", "", MODKEEPER_POLICY_GATE_REQUEST});
    EXPECT_FALSE(check(others.bytes()).found());
    one_more.add({deny, {"a"}, {"a*"}, {}, "r"});
    EXPECT_EQ(check(one_more.bytes()).fault, MODKEEPER_POLICY_FAULT_PATTERNS);
    many.add({deny, {"a"}, {}, {{MODKEEPER_FACT_SRCVERSION, false, "*"}}, "r"});
    EXPECT_EQ(check(many.bytes()).fault, MODKEEPER_POLICY_FAULT_PATTERNS);
}

// Whatever passes can be asked.
TEST(PolicyBlob, FlippedBitsAreRefusedOrHarmless) {
    std::mt19937 random(7);
    unsigned passed = 0;
    for (int round = 0; round < 20000; round++) {
        PolicyBytes bytes = sample();
        for (unsigned flips = 1 + random() % 3; flips; flips--)
            bytes.data()[random() % bytes.size()] ^= static_cast<__u8>(1U << random() % 8);
        if (check(bytes).found())
            continue;
        passed++;
        mk::PolicyBlob blob(bytes.data());
        std::vector<__u64> index(mk::Policy::index_bytes(blob) / 8 + 1);
        mk::Policy policy(blob, reinterpret_cast<__u8 *>(index.data()));
        mk::PolicyFacts facts;
        for (unsigned fact = 0; fact < MODKEEPER_FACTS; fact++)
            facts.set(static_cast<modkeeper_policy_fact>(fact), random() % 2);
        for (const char *name : {"rxrpc", "esp4", "esp6", "x", ""})
            for (auto gate : {MODKEEPER_POLICY_GATE_LOAD, MODKEEPER_POLICY_GATE_REQUEST})
                policy.judge(gate, mk::Text::from_c(name), facts);
    }
    EXPECT_GT(passed, 100u);
}

} // namespace
