// SPDX-License-Identifier: GPL-2.0-only
#include "policy/compiler.hpp"

#include <fmt/core.h>
#include <linux/modkeeper.h>

#include <algorithm>
#include <cstring>
#include <unordered_map>
#include <vector>

#include "base/pattern.hpp"

namespace mk::policy {

namespace {

static_assert(rules_max == MODKEEPER_POLICY_RULES_MAX);
static_assert(names_max == MODKEEPER_POLICY_NAMES_MAX);
static_assert(conditions_max == MODKEEPER_POLICY_CONDITIONS_MAX);
static_assert(globs_max == MODKEEPER_POLICY_PATTERNS_MAX);
static_assert(id_max == MODKEEPER_POLICY_ID_MAX);
static_assert(reason_max == MODKEEPER_POLICY_REASON_MAX);
static_assert(request_max == MODKEEPER_POLICY_ALIAS_MAX);

std::uint8_t number_of(Gate gate) {
    return gate == Gate::Load ? MODKEEPER_POLICY_GATE_LOAD : MODKEEPER_POLICY_GATE_REQUEST;
}

std::uint8_t number_of(Verdict verdict) {
    switch (verdict) {
    case Verdict::Allow:
        return MODKEEPER_RULE_ALLOW;
    case Verdict::Deny:
        return MODKEEPER_RULE_DENY;
    case Verdict::Warn:
        break;
    }
    return MODKEEPER_RULE_WARN;
}

// Of a fact of the loader; those of the requester follow in the same order.
std::uint16_t number_of(Who::Kind kind) {
    switch (kind) {
    case Who::Kind::Unprivileged:
        return MODKEEPER_FACT_BY_UNPRIVILEGED;
    case Who::Kind::Container:
        return MODKEEPER_FACT_BY_CONTAINER;
    case Who::Kind::Kernel:
        return MODKEEPER_FACT_BY_KERNEL;
    case Who::Kind::Login:
        return MODKEEPER_FACT_BY_LOGIN;
    case Who::Kind::Helper:
        return MODKEEPER_FACT_BY_HELPER;
    case Who::Kind::Uid:
        break;
    }
    return MODKEEPER_FACT_BY_UID;
}
constexpr std::uint16_t for_instead_of_by =
    MODKEEPER_FACT_FOR_UNPRIVILEGED - MODKEEPER_FACT_BY_UNPRIVILEGED;
static_assert(MODKEEPER_FACT_FOR_UID - MODKEEPER_FACT_BY_UID == for_instead_of_by);

std::uint16_t number_of(const Condition &condition) {
    switch (condition.fact) {
    case Condition::Fact::Signed:
        return MODKEEPER_FACT_SIGNED;
    case Condition::Fact::OutOfTree:
        return MODKEEPER_FACT_OUT_OF_TREE;
    case Condition::Fact::Proprietary:
        return MODKEEPER_FACT_PROPRIETARY;
    case Condition::Fact::Staging:
        return MODKEEPER_FACT_STAGING;
    case Condition::Fact::Forced:
        return MODKEEPER_FACT_FORCED;
    case Condition::Fact::Livepatch:
        return MODKEEPER_FACT_LIVEPATCH;
    case Condition::Fact::Test:
        return MODKEEPER_FACT_TEST;
    case Condition::Fact::FromMemory:
        return MODKEEPER_FACT_FROM_MEMORY;
    case Condition::Fact::OnRootDevice:
        return MODKEEPER_FACT_ON_ROOT_DEVICE;
    case Condition::Fact::Path:
        return MODKEEPER_FACT_PATH;
    case Condition::Fact::Srcversion:
        return MODKEEPER_FACT_SRCVERSION;
    case Condition::Fact::Parameters:
        return MODKEEPER_FACT_PARAMETERS;
    case Condition::Fact::By:
        return number_of(condition.who.kind);
    case Condition::Fact::For:
        break;
    }
    return static_cast<std::uint16_t>(number_of(condition.who.kind) + for_instead_of_by);
}

// Texts with a NUL behind each; equal ones are there once.
class Texts {
  public:
    std::uint32_t add(const std::string &text) {
        const auto [known, is_new] =
            offsets_.try_emplace(text, static_cast<std::uint32_t>(bytes_.size()));
        if (is_new)
            bytes_.append(text).push_back('\0');
        return known->second;
    }
    const std::string &bytes() const { return bytes_; }

  private:
    std::string bytes_{'\0'}; // the first is empty
    std::unordered_map<std::string, std::uint32_t> offsets_{{"", 0}};
};

constexpr std::size_t aligned(std::size_t size) {
    return (size + 7) & ~std::size_t{7};
}

class Compiler {
  public:
    void add(const Rule &rule) {
        if (rule.what.empty() && !rule.is_default)
            return;
        const auto index = static_cast<std::uint32_t>(rules_.size());
        auto &out = rules_.emplace_back();
        out.gate = number_of(rule.gate);
        out.verdict = number_of(rule.verdict);
        out.id = texts_.add(rule.name());
        out.reason = texts_.add(rule.reason);
        constexpr std::uint64_t second = 1'000'000'000;
        if (rule.until)
            out.until_realtime_ns = static_cast<std::uint64_t>(*rule.until) * second;
        if (rule.is_default) {
            defaults_[out.gate - 1U] = index;
            return;
        }
        out.condition_count = static_cast<std::uint8_t>(rule.conditions.size());
        if (!rule.conditions.empty())
            out.first_condition = static_cast<std::uint32_t>(conditions_.size());
        for (const auto &condition : rule.conditions)
            add(condition);
        for (const auto &pattern : rule.what)
            add(pattern, index, 0);
        for (const auto &pattern : rule.except)
            add(pattern, index, MODKEEPER_POLICY_NAME_EXCEPT);
    }

    Result<std::string> finish(const Source &source) {
        modkeeper_policy header = {};
        header.magic = MODKEEPER_POLICY_MAGIC;
        header.version = MODKEEPER_POLICY_VERSION;
        header.header_size = sizeof header;
        std::copy(source.digest.begin(), source.digest.end(), header.digest);
        source.release.copy(header.kernel, sizeof header.kernel - 1);
        block_.assign(aligned(sizeof header), '\0');
        header.rules_offset = put(rules_);
        header.rule_count = static_cast<std::uint32_t>(rules_.size());
        header.names_offset = put(names_);
        header.name_count = static_cast<std::uint32_t>(names_.size());
        header.conditions_offset = put(conditions_);
        header.condition_count = static_cast<std::uint32_t>(conditions_.size());
        header.texts_offset = static_cast<std::uint32_t>(block_.size());
        header.texts_size = static_cast<std::uint32_t>(texts_.bytes().size());
        block_ += texts_.bytes();
        block_.resize(aligned(block_.size()));
        header.size = static_cast<std::uint32_t>(block_.size());
        std::copy(defaults_.begin(), defaults_.end(), header.default_rule);
        std::memcpy(block_.data(), &header, sizeof header);
        if (block_.size() > MODKEEPER_POLICY_SIZE_MAX)
            return Error{ErrorCode::InvalidArgument,
                         fmt::format("the policy is too large: {} bytes compiled, {} are possible",
                                     block_.size(), MODKEEPER_POLICY_SIZE_MAX)};
        if (names_.size() > names_max)
            return Error{ErrorCode::InvalidArgument,
                         fmt::format("the policy is too large: with what its selectors choose and "
                                     "what allowed modules need it has {} names, {} are possible",
                                     names_.size(), names_max)};
        return std::move(block_);
    }

  private:
    void add(const Condition &condition) {
        auto &out = conditions_.emplace_back();
        out.fact = number_of(condition);
        out.flags = condition.is_negated ? MODKEEPER_POLICY_CONDITION_NOT : 0;
        out.text = texts_.add(condition.text);
        out.first = condition.who.uid_first;
        out.last = condition.who.uid_last;
    }

    void add(const Pattern &pattern, std::uint32_t rule, std::uint32_t flags) {
        auto &out = names_.emplace_back();
        out.rule = rule;
        out.text = texts_.add(pattern.text);
        out.flags = flags | (is_pattern(pattern.text) ? MODKEEPER_POLICY_NAME_PATTERN : 0U);
    }

    // Its offset.
    template <typename Entry> std::uint32_t put(const std::vector<Entry> &entries) {
        const auto offset = block_.size();
        block_.append(reinterpret_cast<const char *>(entries.data()),
                      entries.size() * sizeof(Entry));
        block_.resize(aligned(block_.size()));
        return static_cast<std::uint32_t>(offset);
    }

    std::vector<modkeeper_policy_rule> rules_;
    std::vector<modkeeper_policy_name> names_;
    std::vector<modkeeper_policy_condition> conditions_;
    Texts texts_;
    std::array<std::uint32_t, MODKEEPER_POLICY_GATES> defaults_ = {MODKEEPER_POLICY_NONE,
                                                                   MODKEEPER_POLICY_NONE};
    std::string block_;
};

} // namespace

Result<std::string> compile(const Policy &policy, const Source &source) {
    Compiler compiler;
    for (const auto &rule : policy.rules)
        compiler.add(rule);
    return compiler.finish(source);
}

} // namespace mk::policy
