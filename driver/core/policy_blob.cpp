// SPDX-License-Identifier: GPL-2.0-only
#include "core/policy_blob.hpp"

#include "lib/glob.hpp"
#include "lib/octets.hpp"

namespace mk {
namespace {

constexpr u32 name_flags = MODKEEPER_POLICY_NAME_PATTERN | MODKEEPER_POLICY_NAME_EXCEPT;

// Facts that a request may have: those of the tasks.
bool is_known_to_requests(u32 fact) {
    return fact >= MODKEEPER_FACT_BY_UNPRIVILEGED;
}

bool has_pattern(u32 fact) {
    return fact == MODKEEPER_FACT_PATH || fact == MODKEEPER_FACT_SRCVERSION ||
           fact == MODKEEPER_FACT_PARAMETERS;
}

bool has_range(u32 fact) {
    return fact == MODKEEPER_FACT_BY_UID || fact == MODKEEPER_FACT_FOR_UID;
}

// What a text must not have, and NULs. Types of their own, so that they become part of the loops
// that call them.
constexpr auto not_printable = [](Octets octets) {
    return (octets.below(' ') | octets.equal(0x7f)) & octets.ascii();
};

// Anything but ASCII without blanks.
constexpr auto not_graph = [](Octets octets) { return octets.below('!') | octets.above('~'); };

// The same, or what makes a pattern.
constexpr auto not_name = [](Octets octets) {
    return not_graph(octets) | octets.equal('*') | octets.equal('?') | octets.equal('[');
};

// One check, from the header to the last text. What was not checked yet is not used.
class Check {
  public:
    Check(const u8 *bytes, usize size) : bytes_(bytes), size_(size), blob_(bytes) {}

    PolicyFault run() {
        if (header() && tables() && defaults() && rules())
            return {};
        return fault_;
    }

  private:
    bool fails(modkeeper_policy_fault fault, usize offset) {
        fault_ = {fault, static_cast<u32>(offset)};
        return false;
    }
    bool fails_at(modkeeper_policy_fault fault, const void *where) {
        return fails(fault, static_cast<usize>(static_cast<const u8 *>(where) - bytes_));
    }

    bool header() {
        if (size_ < sizeof(modkeeper_policy) || size_ > MODKEEPER_POLICY_SIZE_MAX || size_ % 8)
            return fails(MODKEEPER_POLICY_FAULT_SIZE, 0);
        const modkeeper_policy &head = blob_.header();
        if (head.magic != MODKEEPER_POLICY_MAGIC)
            return fails_at(MODKEEPER_POLICY_FAULT_MAGIC, &head.magic);
        if (head.version != MODKEEPER_POLICY_VERSION)
            return fails_at(MODKEEPER_POLICY_FAULT_VERSION, &head.version);
        if (head.header_size != sizeof(head))
            return fails_at(MODKEEPER_POLICY_FAULT_SIZE, &head.header_size);
        if (head.size != size_)
            return fails_at(MODKEEPER_POLICY_FAULT_SIZE, &head.size);
        if (head.flags)
            return fails_at(MODKEEPER_POLICY_FAULT_RESERVED, &head.flags);
        return release(head);
    }

    // Printable, and NULs to the end.
    bool release(const modkeeper_policy &head) {
        usize length = measure_octets(head.kernel, sizeof(head.kernel), not_graph);
        if (length >= sizeof(head.kernel))
            return fails_at(MODKEEPER_POLICY_FAULT_TEXT, head.kernel);
        for (usize i = length; i < sizeof(head.kernel); i++)
            if (head.kernel[i])
                return fails_at(MODKEEPER_POLICY_FAULT_RESERVED, &head.kernel[i]);
        return true;
    }

    // Within the block, behind what came before it.
    bool table(const __u32 &offset, const __u32 &count, u32 count_max, usize entry) {
        if (offset % 8 || offset < end_ || offset > size_)
            return fails_at(MODKEEPER_POLICY_FAULT_TABLE, &offset);
        if (count > count_max || count > (size_ - offset) / entry)
            return fails_at(MODKEEPER_POLICY_FAULT_TABLE, &count);
        end_ = offset + count * entry;
        return true;
    }

    bool tables() {
        const modkeeper_policy &head = blob_.header();
        if (!table(head.rules_offset, head.rule_count, MODKEEPER_POLICY_RULES_MAX,
                   sizeof(modkeeper_policy_rule)) ||
            !table(head.names_offset, head.name_count, MODKEEPER_POLICY_NAMES_MAX,
                   sizeof(modkeeper_policy_name)) ||
            !table(head.conditions_offset, head.condition_count,
                   MODKEEPER_POLICY_RULES_MAX * MODKEEPER_POLICY_CONDITIONS_MAX,
                   sizeof(modkeeper_policy_condition)) ||
            !table(head.texts_offset, head.texts_size, MODKEEPER_POLICY_SIZE_MAX, 1))
            return false;
        const u8 *texts = bytes_ + head.texts_offset;
        if (!head.texts_size || texts[0] || texts[head.texts_size - 1])
            return fails(MODKEEPER_POLICY_FAULT_TEXT, head.texts_offset);
        texts_ = reinterpret_cast<const char *>(texts);
        texts_size_ = head.texts_size;
        return true;
    }

    // Of @least to @most characters, none of which @refuses refuses. The last text ends within the
    // table.
    template <typename Refuses>
    bool is_text(u32 offset, usize least, usize most, Refuses refuses) const {
        if (offset >= texts_size_)
            return false;
        usize length =
            measure_octets(texts_ + offset, min<usize>(most + 1, texts_size_ - offset), refuses);
        return length >= least && length <= most;
    }
    // Of what lies at the offset @field.
    template <typename Refuses>
    bool text(const __u32 &field, usize least, usize most, Refuses refuses) {
        return is_text(field, least, most, refuses) ||
               fails_at(MODKEEPER_POLICY_FAULT_TEXT, &field);
    }

    // One of the patterns of a gate, which is a text.
    bool pattern(const __u32 &field, modkeeper_policy_gate gate) {
        if (!Glob(blob_.text(field)).valid())
            return fails_at(MODKEEPER_POLICY_FAULT_PATTERN, &field);
        if (++patterns_[index_of(gate)] > MODKEEPER_POLICY_PATTERNS_MAX)
            return fails_at(MODKEEPER_POLICY_FAULT_PATTERNS, &field);
        return true;
    }

    // Each with its names, which are in the order of rules.
    bool rules() {
        const modkeeper_policy_rule *rules = &blob_.rule(0);
        const modkeeper_policy_name *name = &blob_.name(0), *end = name + blob_.name_count();
        for (u32 i = 0, count = blob_.rule_count(); i < count; i++) {
            const modkeeper_policy_rule &rule = rules[i];
            if (!kind(rule))
                return false;
            auto gate = static_cast<modkeeper_policy_gate>(rule.gate);
            const modkeeper_policy_name *first = name;
            bool has_names = false;
            for (; name != end && name->rule == i; name++) {
                if (!this->name(*name, gate))
                    return false;
                has_names |= !(name->flags & MODKEEPER_POLICY_NAME_EXCEPT);
            }
            if (is_default(i) ? name != first || rule.condition_count : !has_names)
                return in_order(first, end, i) && fails_at(MODKEEPER_POLICY_FAULT_RULE, &rule);
            if (!text(rule.id, 1, MODKEEPER_POLICY_ID_MAX, not_graph) ||
                !text(rule.reason, 0, MODKEEPER_POLICY_REASON_MAX, not_printable) ||
                !conditions(rule, gate))
                return false;
        }
        return name == end || fails_at(MODKEEPER_POLICY_FAULT_NAME, &name->rule);
    }

    bool kind(const modkeeper_policy_rule &rule) {
        if (rule.gate != MODKEEPER_POLICY_GATE_LOAD && rule.gate != MODKEEPER_POLICY_GATE_REQUEST)
            return fails_at(MODKEEPER_POLICY_FAULT_RULE, &rule.gate);
        if (rule.verdict < MODKEEPER_RULE_ALLOW || rule.verdict > MODKEEPER_RULE_WARN)
            return fails_at(MODKEEPER_POLICY_FAULT_RULE, &rule.verdict);
        return !rule.flags || fails_at(MODKEEPER_POLICY_FAULT_RESERVED, &rule.flags);
    }

    bool is_default(u32 index) const {
        const modkeeper_policy &head = blob_.header();
        return head.default_rule[0] == index || head.default_rule[1] == index;
    }

    // A rule without names may have them in the wrong place: behind those of the rule @before.
    bool in_order(const modkeeper_policy_name *name, const modkeeper_policy_name *end, u32 before) {
        for (; name != end; before = name++->rule)
            if (name->rule < before || name->rule >= blob_.rule_count())
                return fails_at(MODKEEPER_POLICY_FAULT_NAME, &name->rule);
        return true;
    }

    bool name(const modkeeper_policy_name &name, modkeeper_policy_gate gate) {
        if (name.flags & ~name_flags)
            return fails_at(MODKEEPER_POLICY_FAULT_RESERVED, &name.flags);
        usize most = gate == MODKEEPER_POLICY_GATE_LOAD ? MODKEEPER_POLICY_NAME_MAX
                                                        : MODKEEPER_POLICY_ALIAS_MAX;
        bool is_pattern = name.flags & MODKEEPER_POLICY_NAME_PATTERN;
        if (!is_pattern && is_text(name.text, 1, most, not_name))
            return true;
        if (!text(name.text, 1, most, not_graph))
            return false;
        return is_pattern ? pattern(name.text, gate)
                          : fails_at(MODKEEPER_POLICY_FAULT_NAME, &name.text);
    }

    bool conditions(const modkeeper_policy_rule &rule, modkeeper_policy_gate gate) {
        if (!rule.condition_count)
            return !rule.first_condition ||
                   fails_at(MODKEEPER_POLICY_FAULT_RULE, &rule.first_condition);
        if (rule.condition_count > MODKEEPER_POLICY_CONDITIONS_MAX)
            return fails_at(MODKEEPER_POLICY_FAULT_RULE, &rule.condition_count);
        u32 total = blob_.header().condition_count;
        if (rule.first_condition > total || rule.condition_count > total - rule.first_condition)
            return fails_at(MODKEEPER_POLICY_FAULT_RULE, &rule.first_condition);
        for (u32 i = 0; i < rule.condition_count; i++)
            if (!condition(blob_.condition(rule.first_condition + i), gate))
                return false;
        return true;
    }

    bool condition(const modkeeper_policy_condition &condition, modkeeper_policy_gate gate) {
        if (condition.fact >= MODKEEPER_FACTS ||
            (gate == MODKEEPER_POLICY_GATE_REQUEST && !is_known_to_requests(condition.fact)))
            return fails_at(MODKEEPER_POLICY_FAULT_CONDITION, &condition.fact);
        if (condition.flags & ~MODKEEPER_POLICY_CONDITION_NOT)
            return fails_at(MODKEEPER_POLICY_FAULT_RESERVED, &condition.flags);
        if (has_range(condition.fact) ? condition.first > condition.last
                                      : condition.first || condition.last)
            return fails_at(MODKEEPER_POLICY_FAULT_CONDITION, &condition.first);
        if (!has_pattern(condition.fact)) {
            if (condition.text)
                return fails_at(MODKEEPER_POLICY_FAULT_RESERVED, &condition.text);
            return true;
        }
        return text(condition.text, 1, MODKEEPER_POLICY_PATTERN_MAX, not_printable) &&
               pattern(condition.text, gate);
    }

    bool defaults() {
        const modkeeper_policy &head = blob_.header();
        for (u32 i = 0; i < MODKEEPER_POLICY_GATES; i++) {
            u32 index = head.default_rule[i];
            if (index != MODKEEPER_POLICY_NONE &&
                (index >= head.rule_count ||
                 blob_.rule(index).gate != i + MODKEEPER_POLICY_GATE_LOAD))
                return fails_at(MODKEEPER_POLICY_FAULT_DEFAULT, &head.default_rule[i]);
        }
        return true;
    }

    const u8 *bytes_;
    usize size_;
    PolicyBlob blob_;
    usize end_ = sizeof(modkeeper_policy); // of what was checked last
    const char *texts_ = nullptr;          // once the tables are checked
    usize texts_size_ = 0;
    u32 patterns_[MODKEEPER_POLICY_GATES] = {};
    PolicyFault fault_;
};

} // namespace

PolicyFault check_policy(const u8 *bytes, usize size) {
    return Check(bytes, size).run();
}

} // namespace mk
