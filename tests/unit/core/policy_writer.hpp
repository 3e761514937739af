// SPDX-License-Identifier: GPL-2.0-only
// A policy in words of the tests, and the block of memory that POLICY_SET takes for it: written
// from the uapi header, without a look into the core.
#pragma once

#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <linux/modkeeper.h>

struct WrittenCondition {
    unsigned fact;
    bool negated = false;
    std::string pattern = "";
    __u32 first = 0, last = 0;
};

struct WrittenRule {
    modkeeper_rule_verdict verdict;
    std::vector<std::string> names; // patterns have one of *?[
    std::vector<std::string> except;
    std::vector<WrittenCondition> conditions;
    std::string id;
    std::string reason = "";
    modkeeper_policy_gate gate = MODKEEPER_POLICY_GATE_LOAD;
    __u64 until_realtime_ns = 0;
};

// The bytes of a block, aligned as memory of the kernel is.
class PolicyBytes {
  public:
    explicit PolicyBytes(const std::string &bytes)
        : words_((bytes.size() + 7) / 8), size_(bytes.size()) {
        if (!bytes.empty())
            std::memcpy(words_.data(), bytes.data(), bytes.size());
    }

    __u8 *data() { return reinterpret_cast<__u8 *>(words_.data()); }
    const __u8 *data() const { return reinterpret_cast<const __u8 *>(words_.data()); }
    unsigned long size() const { return size_; }
    modkeeper_policy &header() { return *reinterpret_cast<modkeeper_policy *>(data()); }
    template <typename T> T *table(__u32 offset) { return reinterpret_cast<T *>(data() + offset); }
    modkeeper_policy_rule *rules() { return table<modkeeper_policy_rule>(header().rules_offset); }
    modkeeper_policy_name *names() { return table<modkeeper_policy_name>(header().names_offset); }
    modkeeper_policy_condition *conditions() {
        return table<modkeeper_policy_condition>(header().conditions_offset);
    }
    char *texts() { return table<char>(header().texts_offset); }

  private:
    std::vector<__u64> words_;
    unsigned long size_;
};

class WrittenPolicy {
  public:
    std::vector<WrittenRule> rules;
    __u32 default_rule[2] = {MODKEEPER_POLICY_NONE, MODKEEPER_POLICY_NONE};

    WrittenPolicy &add(WrittenRule rule) {
        if (rule.id.empty())
            rule.id = "r" + std::to_string(rules.size());
        rules.push_back(std::move(rule));
        return *this;
    }
    WrittenPolicy &otherwise(modkeeper_rule_verdict verdict,
                             modkeeper_policy_gate gate = MODKEEPER_POLICY_GATE_LOAD) {
        default_rule[gate - 1] = static_cast<__u32>(rules.size());
        return add({verdict, {}, {}, {}, "default", "", gate});
    }

    PolicyBytes bytes() const {
        std::string rule_bytes, name_bytes, condition_bytes, texts(1, '\0');
        std::map<std::string, __u32> places = {{"", 0}};
        auto text = [&](const std::string &spelled) {
            auto [at, is_new] = places.try_emplace(spelled, static_cast<__u32>(texts.size()));
            if (is_new)
                texts += spelled + '\0';
            return at->second;
        };
        __u32 conditions = 0;
        for (__u32 i = 0; i < rules.size(); i++) {
            const WrittenRule &from = rules[i];
            modkeeper_policy_rule rule = {};
            rule.gate = static_cast<__u8>(from.gate);
            rule.verdict = static_cast<__u8>(from.verdict);
            rule.condition_count = static_cast<__u8>(from.conditions.size());
            rule.first_condition = from.conditions.empty() ? 0 : conditions;
            rule.id = text(from.id);
            rule.reason = text(from.reason);
            rule.until_realtime_ns = from.until_realtime_ns;
            add(rule_bytes, rule);
            for (const std::string &name : from.names)
                add(name_bytes, name_of(i, text(name), name, 0));
            for (const std::string &name : from.except)
                add(name_bytes, name_of(i, text(name), name, MODKEEPER_POLICY_NAME_EXCEPT));
            for (const WrittenCondition &one : from.conditions) {
                modkeeper_policy_condition condition = {};
                condition.fact = static_cast<__u16>(one.fact);
                condition.flags = one.negated ? MODKEEPER_POLICY_CONDITION_NOT : 0;
                condition.text = text(one.pattern);
                condition.first = one.first;
                condition.last = one.last;
                add(condition_bytes, condition);
                conditions++;
            }
        }
        modkeeper_policy header = {};
        header.magic = MODKEEPER_POLICY_MAGIC;
        header.version = MODKEEPER_POLICY_VERSION;
        header.header_size = sizeof(header);
        for (unsigned i = 0; i < sizeof(header.digest); i++)
            header.digest[i] = static_cast<__u8>(i);
        std::strcpy(header.kernel, "6.1.0-test");
        std::memcpy(header.default_rule, default_rule, sizeof(default_rule));
        std::string whole(sizeof(header), '\0');
        auto put = [&](const std::string &table, __u32 &offset) {
            whole.resize((whole.size() + 7) / 8 * 8);
            offset = static_cast<__u32>(whole.size());
            whole += table;
        };
        put(rule_bytes, header.rules_offset);
        put(name_bytes, header.names_offset);
        put(condition_bytes, header.conditions_offset);
        put(texts, header.texts_offset);
        whole.resize((whole.size() + 7) / 8 * 8);
        header.rule_count = static_cast<__u32>(rules.size());
        header.name_count = static_cast<__u32>(name_bytes.size() / sizeof(modkeeper_policy_name));
        header.condition_count = conditions;
        header.texts_size = static_cast<__u32>(texts.size());
        header.size = static_cast<__u32>(whole.size());
        std::memcpy(whole.data(), &header, sizeof(header));
        return PolicyBytes(whole);
    }

  private:
    template <typename T> static void add(std::string &to, const T &value) {
        to.append(reinterpret_cast<const char *>(&value), sizeof(value));
    }
    static modkeeper_policy_name name_of(__u32 rule, __u32 text, const std::string &spelled,
                                         __u32 flags) {
        bool is_pattern = spelled.find_first_of("*?[") != std::string::npos;
        return {rule, text, flags | (is_pattern ? MODKEEPER_POLICY_NAME_PATTERN : 0)};
    }
};
