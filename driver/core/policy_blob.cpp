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

constexpr char harmless = '0'; // in every text

// Types of their own, so that they become part of the loops that call them.
constexpr auto is_printable = [](Octets octets) {
    return !octets.has_below(' ') && !octets.has(0x7f);
};

// ASCII, and no spaces.
constexpr auto is_graph = [](Octets octets) {
    return !octets.has_below('!') && !octets.has_above('~');
};

bool has_wildcard(Octets octets) {
    return octets.has('*') || octets.has('?') || octets.has('[');
}

// One check, from the header to the last text. What was not checked yet is not used.
class Check {
  public:
    Check(const u8 *bytes, usize size) : bytes_(bytes), size_(size), blob_(bytes) {}

    PolicyFault run() {
        if (header() && tables() && names() && defaults() && rules())
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
        usize length = 0;
        if (!measure_octets(head.kernel, sizeof(head.kernel), harmless, length, is_graph) ||
            length == sizeof(head.kernel))
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
        return true;
    }

    // @field: an offset in the texts; @text is what lies there, at most @length_max characters,
    // which
    // @takes takes by eight. The last text ends within the table.
    template <typename Takes>
    bool text(const __u32 &field, usize length_max, Text &text, Takes takes) {
        const modkeeper_policy &head = blob_.header();
        if (field >= head.texts_size)
            return fails_at(MODKEEPER_POLICY_FAULT_TEXT, &field);
        const char *start = reinterpret_cast<const char *>(bytes_) + head.texts_offset + field;
        usize length = 0;
        if (!measure_octets(start, min<usize>(length_max + 1, head.texts_size - field), harmless,
                            length, takes) ||
            length > length_max)
            return fails_at(MODKEEPER_POLICY_FAULT_TEXT, &field);
        text = {start, length};
        return true;
    }

    // One of the patterns of a gate.
    bool pattern(const __u32 &field, Text text, modkeeper_policy_gate gate) {
        if (!Glob(text).valid())
            return fails_at(MODKEEPER_POLICY_FAULT_PATTERN, &field);
        if (++patterns_[index_of(gate)] > MODKEEPER_POLICY_PATTERNS_MAX)
            return fails_at(MODKEEPER_POLICY_FAULT_PATTERNS, &field);
        return true;
    }

    bool gate(const modkeeper_policy_rule &rule) {
        if (rule.gate != MODKEEPER_POLICY_GATE_LOAD && rule.gate != MODKEEPER_POLICY_GATE_REQUEST)
            return fails_at(MODKEEPER_POLICY_FAULT_RULE, &rule.gate);
        return true;
    }

    bool names() {
        u32 before = 0;
        for (u32 i = 0; i < blob_.name_count(); i++) {
            const modkeeper_policy_name &name = blob_.name(i);
            if (name.rule >= blob_.rule_count() || name.rule < before)
                return fails_at(MODKEEPER_POLICY_FAULT_NAME, &name.rule);
            before = name.rule;
            if (name.flags & ~name_flags)
                return fails_at(MODKEEPER_POLICY_FAULT_RESERVED, &name.flags);
            const modkeeper_policy_rule &rule = blob_.rule(name.rule);
            if (!gate(rule) || !this->name(name, static_cast<modkeeper_policy_gate>(rule.gate)))
                return false;
        }
        return true;
    }

    bool name(const modkeeper_policy_name &name, modkeeper_policy_gate gate) {
        Text spelled;
        bool is_wild = false;
        if (!text(name.text,
                  gate == MODKEEPER_POLICY_GATE_LOAD ? MODKEEPER_POLICY_NAME_MAX
                                                     : MODKEEPER_POLICY_ALIAS_MAX,
                  spelled, [&](Octets octets) {
                      is_wild |= has_wildcard(octets);
                      return is_graph(octets);
                  }))
            return false;
        if (spelled.empty())
            return fails_at(MODKEEPER_POLICY_FAULT_TEXT, &name.text);
        if (name.flags & MODKEEPER_POLICY_NAME_PATTERN)
            return pattern(name.text, spelled, gate);
        return !is_wild || fails_at(MODKEEPER_POLICY_FAULT_NAME, &name.text);
    }

    bool rules() {
        u32 next = 0; // name
        for (u32 i = 0; i < blob_.rule_count(); i++) {
            bool has_names = false, has_any = false;
            for (; next < blob_.name_count() && blob_.name(next).rule == i; next++) {
                has_any = true;
                has_names |= !(blob_.name(next).flags & MODKEEPER_POLICY_NAME_EXCEPT);
            }
            if (!rule(i, has_names, has_any))
                return false;
        }
        return true;
    }

    bool is_default(u32 index) const {
        const modkeeper_policy &head = blob_.header();
        return head.default_rule[0] == index || head.default_rule[1] == index;
    }

    bool rule(u32 index, bool has_names, bool has_any) {
        const modkeeper_policy_rule &rule = blob_.rule(index);
        if (!gate(rule))
            return false;
        if (rule.verdict < MODKEEPER_RULE_ALLOW || rule.verdict > MODKEEPER_RULE_WARN)
            return fails_at(MODKEEPER_POLICY_FAULT_RULE, &rule.verdict);
        if (rule.flags)
            return fails_at(MODKEEPER_POLICY_FAULT_RESERVED, &rule.flags);
        if (is_default(index) ? has_any || rule.condition_count : !has_names)
            return fails_at(MODKEEPER_POLICY_FAULT_RULE, &rule);
        Text id, reason;
        if (!text(rule.id, MODKEEPER_POLICY_ID_MAX, id, is_graph) ||
            !text(rule.reason, MODKEEPER_POLICY_REASON_MAX, reason, is_printable))
            return false;
        if (id.empty())
            return fails_at(MODKEEPER_POLICY_FAULT_TEXT, &rule.id);
        return conditions(rule);
    }

    bool conditions(const modkeeper_policy_rule &rule) {
        u32 total = blob_.header().condition_count;
        if (rule.condition_count > MODKEEPER_POLICY_CONDITIONS_MAX)
            return fails_at(MODKEEPER_POLICY_FAULT_RULE, &rule.condition_count);
        if (!rule.condition_count ? rule.first_condition != 0
                                  : rule.first_condition > total ||
                                        rule.condition_count > total - rule.first_condition)
            return fails_at(MODKEEPER_POLICY_FAULT_RULE, &rule.first_condition);
        for (u32 i = 0; i < rule.condition_count; i++)
            if (!condition(blob_.condition(rule.first_condition + i),
                           static_cast<modkeeper_policy_gate>(rule.gate)))
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
        Text spelled;
        if (!text(condition.text, MODKEEPER_POLICY_PATTERN_MAX, spelled, is_printable))
            return false;
        if (spelled.empty())
            return fails_at(MODKEEPER_POLICY_FAULT_TEXT, &condition.text);
        return pattern(condition.text, spelled, gate);
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
    u32 patterns_[MODKEEPER_POLICY_GATES] = {};
    PolicyFault fault_;
};

} // namespace

PolicyFault check_policy(const u8 *bytes, usize size) {
    return Check(bytes, size).run();
}

} // namespace mk
