// SPDX-License-Identifier: GPL-2.0-only
#include "core/policy.hpp"

#include "lib/glob.hpp"
#include "lib/octets.hpp"
#include "lib/placement_new.hpp"

namespace mk {
namespace {

constexpr char folded(char c) {
    return c == '-' ? '_' : c;
}

Octets folded(Octets octets) {
    return octets.with('-', '_');
}

// Hash of a name, in which '-' is '_'. Only names of the policy are in the table, so that nobody
// else can crowd it. It takes the eight characters at 0, 8 and so on, and the last eight, of which
// some may have been there before; of a shorter name all, and NULs behind them.
class NameHash {
  public:
    void take(Octets octets) {
        constexpr u64 odd = 0x9e3779b97f4a7c15;
        auto product = static_cast<unsigned __int128>(hash_ ^ folded(octets).word()) * odd;
        hash_ = static_cast<u64>(product) ^ static_cast<u64>(product >> 64);
    }
    u32 of(usize length) const { return static_cast<u32>(hash_ ^ length); }

  private:
    u64 hash_ = 0;
};

u32 hash_of_name(Text text) {
    NameHash hash;
    each_octets(text, 0, [&](usize, Octets octets) {
        hash.take(octets);
        return true;
    });
    return hash.of(text.length());
}

// The same of the text at @start, which ends with a NUL within @bytes and is not measured before.
u32 hash_of_name(const char *start, usize bytes) {
    NameHash hash;
    for (usize at = 0; at + Octets::size <= bytes; at += Octets::size) {
        Octets octets(start + at);
        Places nuls = octets.equal(0) & octets.ascii();
        if (!nuls) {
            hash.take(octets);
            continue;
        }
        usize behind = Octets::first_of(nuls), length = at + behind;
        if (!at)
            hash.take(octets.first(length, 0));
        else if (behind)
            hash.take(Octets(start + length - Octets::size));
        return hash.of(length);
    }
    return hash_of_name(Text(start, length_within(start, bytes)));
}

bool same_name(Text a, Text b) {
    if (a.length() != b.length())
        return false;
    if (a.length() < Octets::size)
        return folded(Octets(a, 0)).word() == folded(Octets(b, 0)).word();
    return each_octets(a, 0, [&](usize at, Octets octets) {
        return folded(octets).word() == folded(Octets(b.data() + at)).word();
    });
}

modkeeper_policy_gate gate_of(const modkeeper_policy_rule &rule) {
    return static_cast<modkeeper_policy_gate>(rule.gate);
}

} // namespace

u32 Policy::buckets_for(u32 names) {
    u32 count = 1;
    while (count < names)
        count *= 2;
    return count;
}

usize Policy::index_bytes(const PolicyBlob &blob) {
    return blob.rule_count() * sizeof(Tally) + blob.name_count() * sizeof(Link) +
           (buckets_for(blob.name_count()) +
            static_cast<usize>(MODKEEPER_POLICY_GATES) * MODKEEPER_POLICY_PATTERNS_MAX) *
               sizeof(u32);
}

Policy::Policy(const PolicyBlob &blob, u8 *index)
    : blob_(blob), bucket_count_(buckets_for(blob.name_count())),
      tallies_(reinterpret_cast<Tally *>(index)),
      links_(reinterpret_cast<Link *>(tallies_ + blob.rule_count())),
      buckets_(reinterpret_cast<u32 *>(links_ + blob.name_count())) {
    const modkeeper_policy_rule *rules = &blob.rule(0);
    for (u32 i = 0, count = blob.rule_count(); i < count; i++) {
        const modkeeper_policy_rule &rule = rules[i];
        new (Place{&tallies_[i]}) Tally;
        if (rule.until_realtime_ns)
            wanted_ |= PolicyFacts::time;
        for (u32 j = 0; j < rule.condition_count; j++)
            wanted_ |= 1ULL << blob.condition(rule.first_condition + j).fact;
    }
    // the end of each; they are put in front of it
    for (u32 i = 0; i < MODKEEPER_POLICY_GATES; i++)
        patterns_[i] =
            buckets_ + bucket_count_ + static_cast<usize>(i + 1) * MODKEEPER_POLICY_PATTERNS_MAX;
    // From the last to the first, so that each bucket is in the order of rules.
    const modkeeper_policy_name *names = &blob.name(0);
    usize texts_size = blob.header().texts_size;
    for (u32 i = blob.name_count(); i-- > 0;) {
        const modkeeper_policy_name &name = names[i];
        if (is(name, MODKEEPER_POLICY_NAME_PATTERN)) {
            u32 gate = index_of(gate_of(blob.rule(name.rule)));
            *--patterns_[gate] = i;
            pattern_count_[gate]++;
            continue;
        }
        u32 hash = hash_of_name(blob.start_of(name.text), texts_size - name.text);
        u32 &first = bucket_of(hash);
        links_[i].next = first;
        first = i + 1;
        links_[i].hash = hash;
    }
}

// The names that are exactly this one, in the order of their rules.
class Policy::Exact {
  public:
    Exact(const Policy &policy, modkeeper_policy_gate gate, Text name)
        : policy_(policy), gate_(gate), name_(name), hash_(hash_of_name(name)),
          at_(policy.bucket_of(hash_)) {
        skip();
    }

    // The rule of the next one; none: there is no more.
    u32 rule() const { return at_ ? policy_.blob_.name(at_ - 1).rule : none; }
    // Whether the next one is an exception. It is taken.
    bool take() {
        bool except = policy_.is(policy_.blob_.name(at_ - 1), MODKEEPER_POLICY_NAME_EXCEPT);
        at_ = link().next;
        skip();
        return except;
    }

  private:
    const Link &link() const { return policy_.links_[at_ - 1]; }
    bool fits() const {
        if (link().hash != hash_)
            return false;
        const modkeeper_policy_name &name = policy_.blob_.name(at_ - 1);
        return gate_of(policy_.blob_.rule(name.rule)) == gate_ &&
               same_name(policy_.blob_.text(name.text), name_);
    }
    void skip() {
        while (at_ && !fits())
            at_ = link().next;
    }

    const Policy &policy_;
    modkeeper_policy_gate gate_;
    Text name_;
    u32 hash_;
    u32 at_;
};

// Goes through names and patterns side by side, rule after rule.
Policy::Match Policy::judge(modkeeper_policy_gate gate, Text name, const PolicyFacts &facts) const {
    Match match;
    Exact exact(*this, gate, name);
    const u32 *pattern = patterns_[index_of(gate)];
    const u32 *end = pattern + pattern_count_[index_of(gate)];
    for (;;) {
        u32 rule = exact.rule();
        if (pattern != end)
            rule = min(rule, blob_.name(*pattern).rule);
        if (rule == none)
            break;
        bool named[2] = {}; // and excepted
        while (exact.rule() == rule)
            named[exact.take()] = true;
        for (; pattern != end && blob_.name(*pattern).rule == rule; pattern++) {
            const modkeeper_policy_name &one = blob_.name(*pattern);
            bool &is_so = named[is(one, MODKEEPER_POLICY_NAME_EXCEPT)];
            is_so = is_so || fits(one, name);
        }
        if (named[false] && !named[true] && holds(rule, facts) && settles(rule, match))
            return match;
    }
    u32 last = blob_.header().default_rule[index_of(gate)];
    if (last != none && holds(last, facts))
        settles(last, match);
    return match;
}

// Most patterns begin with a letter, and most names with another one.
bool Policy::fits(const modkeeper_policy_name &pattern, Text name) const {
    char first = *blob_.start_of(pattern.text);
    bool literal = first != '*' && first != '?' && first != '[';
    if (literal && (name.empty() || folded(first) != folded(*name.data())))
        return false;
    return Glob(blob_.text(pattern.text)).matches(name);
}

// Does a rule that holds decide?
bool Policy::settles(u32 rule, Match &match) const {
    auto verdict = static_cast<modkeeper_rule_verdict>(blob_.rule(rule).verdict);
    if (verdict == MODKEEPER_RULE_WARN) {
        if (match.warned == none)
            match.warned = rule;
        return false;
    }
    match.verdict = verdict;
    match.rule = rule;
    return true;
}

bool Policy::holds(u32 index, const PolicyFacts &facts) const {
    const modkeeper_policy_rule &rule = blob_.rule(index);
    if (rule.until_realtime_ns && facts.realtime_ns >= rule.until_realtime_ns)
        return false;
    for (u32 i = 0; i < rule.condition_count; i++)
        if (!holds(blob_.condition(rule.first_condition + i), rule.verdict == MODKEEPER_RULE_ALLOW,
                   facts))
            return false;
    return true;
}

// Where one of several tasks may be meant, what closes the gate holds if it holds for one of them,
// and what opens it only if it holds for all.
bool Policy::holds(const modkeeper_policy_condition &condition, bool allows,
                   const PolicyFacts &facts) const {
    if (!facts.knows(condition.fact))
        return false;
    bool negated = condition.flags & MODKEEPER_POLICY_CONDITION_NOT;
    bool of_all = allows != negated;
    bool is = of_all ? facts.has(condition.fact) : facts.may_have(condition.fact);
    auto matches = [&](Text text) { return Glob(blob_.text(condition.text)).matches(text); };
    switch (condition.fact) {
    case MODKEEPER_FACT_PATH:
        is = is && matches(facts.path);
        break;
    case MODKEEPER_FACT_SRCVERSION:
        is = is && matches(facts.srcversion);
        break;
    case MODKEEPER_FACT_PARAMETERS:
        is = is && matches(facts.parameters);
        break;
    case MODKEEPER_FACT_BY_UID:
        is = is && condition.first <= facts.by_uid && facts.by_uid <= condition.last;
        break;
    case MODKEEPER_FACT_FOR_UID:
        is = is &&
             (of_all
                  ? condition.first <= facts.for_uid_first && facts.for_uid_last <= condition.last
                  : condition.first <= facts.for_uid_last && facts.for_uid_first <= condition.last);
        break;
    default:
        break;
    }
    return is != negated;
}

} // namespace mk
