// SPDX-License-Identifier: GPL-2.0-only
#include "policy/compiler.hpp"

#include <gtest/gtest.h>
#include <linux/modkeeper.h>

#include <cstring>

#include "policy/rule_parser.hpp"

namespace mk::policy {
namespace {

template <typename T> T at(const std::string &block, std::size_t offset, std::size_t index = 0) {
    T value{};
    EXPECT_LE(offset + (index + 1) * sizeof value, block.size());
    std::memcpy(&value, block.data() + offset + index * sizeof value, sizeof value);
    return value;
}

struct Compiled {
    std::string block;
    modkeeper_policy header{};

    modkeeper_policy_rule rule(std::size_t i) const {
        return at<modkeeper_policy_rule>(block, header.rules_offset, i);
    }
    modkeeper_policy_name name(std::size_t i) const {
        return at<modkeeper_policy_name>(block, header.names_offset, i);
    }
    modkeeper_policy_condition condition(std::size_t i) const {
        return at<modkeeper_policy_condition>(block, header.conditions_offset, i);
    }
    std::string text(std::uint32_t offset) const {
        return block.c_str() + header.texts_offset + offset;
    }
};

Compiled compiled(const char *text) {
    Policy policy;
    Findings findings;
    parse_rules(text, "/etc/10-a.rules", policy, findings);
    EXPECT_TRUE(findings.empty()) << text;
    Compiled result;
    auto block = compile(policy, {{1, 2}, "6.1.0-test"});
    EXPECT_TRUE(block) << text;
    result.block = block.take();
    result.header = at<modkeeper_policy>(result.block, 0);
    return result;
}

TEST(Compiler, TheHeaderSaysWhatIsThere) {
    const auto found = compiled("deny load x\n");
    EXPECT_EQ(found.header.magic, static_cast<__u32>(MODKEEPER_POLICY_MAGIC));
    EXPECT_EQ(found.header.version, MODKEEPER_POLICY_VERSION);
    EXPECT_EQ(found.header.header_size, sizeof(modkeeper_policy));
    EXPECT_EQ(found.header.size, found.block.size());
    EXPECT_EQ(found.block.size() % 8, 0U);
    EXPECT_EQ(found.header.digest[1], 2);
    EXPECT_STREQ(found.header.kernel, "6.1.0-test");
    EXPECT_EQ(found.header.rule_count, 1U);
    EXPECT_EQ(found.header.name_count, 1U);
    EXPECT_EQ(found.header.condition_count, 0U);
    EXPECT_EQ(found.header.default_rule[0], MODKEEPER_POLICY_NONE);
    for (const auto offset : {found.header.rules_offset, found.header.names_offset,
                              found.header.conditions_offset, found.header.texts_offset})
        EXPECT_EQ(offset % 8, 0U);
    EXPECT_EQ(found.text(0), "");
}

TEST(Compiler, RulesKeepTheirOrderNamesAndExceptions) {
    const auto found = compiled("deny load a_b c* except cd id=one reason \"why\"\n"
                                "default load deny\nwarn request net-pf-4\n");
    ASSERT_EQ(found.header.rule_count, 3U);
    EXPECT_EQ(found.rule(0).gate, MODKEEPER_POLICY_GATE_LOAD);
    EXPECT_EQ(found.rule(0).verdict, MODKEEPER_RULE_DENY);
    EXPECT_EQ(found.text(found.rule(0).id), "one");
    EXPECT_EQ(found.text(found.rule(0).reason), "why");
    EXPECT_EQ(found.text(found.rule(1).id), "10-a.rules:2");
    EXPECT_EQ(found.rule(2).gate, MODKEEPER_POLICY_GATE_REQUEST);
    EXPECT_EQ(found.rule(2).verdict, MODKEEPER_RULE_WARN);
    EXPECT_EQ(found.header.default_rule[0], 1U);
    EXPECT_EQ(found.header.default_rule[1], MODKEEPER_POLICY_NONE);
    ASSERT_EQ(found.header.name_count, 4U);
    EXPECT_EQ(found.text(found.name(0).text), "a_b");
    EXPECT_EQ(found.name(0).flags, 0U);
    EXPECT_EQ(found.name(1).flags, MODKEEPER_POLICY_NAME_PATTERN);
    EXPECT_EQ(found.name(2).flags, MODKEEPER_POLICY_NAME_EXCEPT);
    EXPECT_EQ(found.name(3).rule, 2U);
}

TEST(Compiler, EachConditionHasItsFact) {
    const auto found = compiled("deny load x if not signed and by uid=5-9 and for container\n"
                                "deny load y if parameters=*a* until=2026-12-31\n");
    EXPECT_EQ(found.rule(0).condition_count, 3);
    EXPECT_EQ(found.condition(0).fact, MODKEEPER_FACT_SIGNED);
    EXPECT_EQ(found.condition(0).flags, MODKEEPER_POLICY_CONDITION_NOT);
    EXPECT_EQ(found.condition(1).fact, MODKEEPER_FACT_BY_UID);
    EXPECT_EQ(found.condition(1).first, 5U);
    EXPECT_EQ(found.condition(1).last, 9U);
    EXPECT_EQ(found.condition(2).fact, MODKEEPER_FACT_FOR_CONTAINER);
    EXPECT_EQ(found.rule(1).first_condition, 3U);
    EXPECT_EQ(found.condition(3).fact, MODKEEPER_FACT_PARAMETERS);
    EXPECT_EQ(found.text(found.condition(3).text), "*a*");
    EXPECT_GT(found.rule(1).until_realtime_ns, 1'000'000'000ULL * 1'798'000'000);
    EXPECT_EQ(found.rule(0).until_realtime_ns, 0U);
}

TEST(Compiler, WhatNamesNothingIsLeftOut) {
    Policy policy;
    policy.rules.resize(2);
    policy.rules[0].id = "nothing";
    policy.rules[1].id = "something";
    policy.rules[1].what.push_back({Pattern::Kind::Name, "x", {}});
    const auto block = compile(policy, {});
    ASSERT_TRUE(block);
    const auto header = at<modkeeper_policy>(block.value(), 0);
    EXPECT_EQ(header.rule_count, 1U);
    EXPECT_EQ(at<modkeeper_policy_name>(block.value(), header.names_offset).rule, 0U);
}

TEST(Compiler, TooManyNamesAreRefused) {
    Policy policy;
    policy.rules.resize(1);
    policy.rules[0].id = "all";
    for (std::size_t i = 0; i <= names_max; ++i)
        policy.rules[0].what.push_back({Pattern::Kind::Name, "x" + std::to_string(i), {}});
    const auto block = compile(policy, {});
    ASSERT_FALSE(block);
    EXPECT_NE(block.error().message.find("65537 names, 65536 are possible"), std::string::npos)
        << block.error().message;
}

} // namespace
} // namespace mk::policy
