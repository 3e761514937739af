// SPDX-License-Identifier: GPL-2.0-only
// What the policy says: of loads and requests, and to those who ask what it would say or what is in
// force.
#include "core/policy_arguments.hpp"
#include "core/policy_control.hpp"
#include "core/record.hpp"
#include "kernel/ktime.hpp"
#include "lib/bytes.hpp"

namespace mk {
namespace {

template <usize room> void put_text(char (&to)[room], Text text) {
    clear_bytes(to, room);
    copy_bytes(to, text.data(), min(text.length(), room - 1));
}

} // namespace

modkeeper_policy_mode PolicyControl::effective(State state, modkeeper_policy_gate gate) const {
    return min(state.mode(gate), ceiling_);
}

void PolicyControl::judge(const Loaded &loaded, State state, modkeeper_policy_gate gate, Text name,
                          const PolicyFacts &facts, PolicyAnswer &answer) const {
    Policy::Match match = loaded.policy.judge(gate, name, facts);
    answer.generation = state.generation();
    answer.mode = effective(state, gate);
    answer.rule_verdict = match.verdict;
    answer.index = match.rule;
    // What is denied is no longer warned of.
    if (match.verdict != MODKEEPER_RULE_DENY && match.warned != Policy::none) {
        answer.rule_verdict = MODKEEPER_RULE_WARN;
        answer.index = match.warned;
    }
    if (answer.mode == MODKEEPER_POLICY_MODE_OFF || answer.rule_verdict == MODKEEPER_RULE_ALLOW)
        return;
    bool denies =
        answer.rule_verdict == MODKEEPER_RULE_DENY && answer.mode == MODKEEPER_POLICY_MODE_ENFORCE;
    answer.verdict = denies ? MODKEEPER_POLICY_VERDICT_DENIED : MODKEEPER_POLICY_VERDICT_WOULD_DENY;
}

void PolicyControl::name_rule(const Loaded &loaded, PolicyAnswer &answer) {
    if (answer.index == Policy::none)
        return;
    answer.rule = loaded.policy.id_of(answer.index);
    answer.reason = loaded.policy.reason_of(answer.index);
}

// Two at a time may both take the last line of a rule: then there is one more.
void PolicyControl::count(const Loaded &loaded, PolicyAnswer &answer) {
    Policy::Tally &tally = loaded.policy.tally(answer.index);
    tally.hits.add_relaxed(1);
    if (!answer.denied())
        return;
    u64 now_ns = boottime_coarse_ns();
    u64 quiet_until_ns = tally.quiet_until_ns.load_relaxed();
    if (quiet_until_ns > now_ns + (lines_at_once - 1) * line_interval_ns)
        return;
    answer.speaks = true;
    tally.quiet_until_ns.store_relaxed((quiet_until_ns > now_ns ? quiet_until_ns : now_ns) +
                                       line_interval_ns);
}

PolicyAnswer PolicyControl::decide(const RcuReader &reader, const Loaded &loaded, State state,
                                   modkeeper_policy_gate gate, Text name,
                                   const PolicyFacts &facts) {
    PolicyAnswer answer;
    judge(loaded, state, gate, name, facts, answer);
    if (answer.rule_verdict == MODKEEPER_RULE_DENY)
        answer.permission = permissions_.take(reader, gate, name);
    if (answer.permission) {
        answer.verdict = MODKEEPER_POLICY_VERDICT_ALLOWED;
        name_rule(loaded, answer);
        return answer;
    }
    if (answer.index != Policy::none)
        count(loaded, answer);
    if (answer.tells())
        name_rule(loaded, answer);
    if (answer.denied())
        denied_.add_relaxed(1);
    else if (!answer.allowed())
        would_deny_.add_relaxed(1);
    return answer;
}

Result<> PolicyControl::test(UserInOut<modkeeper_policy_test> user) {
    modkeeper_policy_test request = TRY(user.read());
    usize name = length_within(request.name, sizeof(request.name));
    usize srcversion = length_within(request.srcversion, sizeof(request.srcversion));
    constexpr u64 all_facts = (1ULL << MODKEEPER_FACTS) - 1;
    if (!is_policy_gate(request.gate) || request.flags || !name || name == sizeof(request.name) ||
        srcversion == sizeof(request.srcversion) || (request.known & ~all_facts) ||
        (request.facts & ~request.known) || request.path_size > path_text_max ||
        request.parameters_size > MODKEEPER_POLICY_PARAMETERS_MAX)
        return Errno::einval;
    Result<Buffer> texts = Buffer::create(path_text_max + 1 + MODKEEPER_POLICY_PARAMETERS_MAX);
    if (!texts.ok())
        return texts.error();
    char *path = reinterpret_cast<char *>(texts.value().data());
    char *parameters = path + path_text_max + 1;
    if (request.path_size)
        TRY(UserBytesIn(request.path).read(0, path, request.path_size));
    if (request.parameters_size)
        TRY(UserBytesIn(request.parameters).read(0, parameters, request.parameters_size));
    PolicyFacts facts;
    facts.known = request.known;
    facts.facts = facts.maybe = request.facts;
    facts.realtime_ns = request.realtime_ns ? request.realtime_ns : times_now().realtime_ns;
    facts.by_uid = request.by_uid;
    facts.for_uid_first = facts.for_uid_last = request.for_uid;
    facts.path = {path, request.path_size};
    facts.srcversion = {request.srcversion, srcversion};
    facts.parameters = {parameters, request.parameters_size};
    PolicyAnswer answer;
    {
        RcuReader reader;
        const Loaded *loaded = loaded_.read(reader);
        if (loaded) {
            judge(*loaded, State(loaded->state.load_relaxed()),
                  static_cast<modkeeper_policy_gate>(request.gate), {request.name, name}, facts,
                  answer);
            name_rule(*loaded, answer);
        }
        if (answer.mode && answer.rule_verdict == MODKEEPER_RULE_DENY)
            answer.permission = permissions_.find(
                reader, static_cast<modkeeper_policy_gate>(request.gate), {request.name, name});
    }
    if (answer.permission)
        answer.verdict = MODKEEPER_POLICY_VERDICT_ALLOWED;
    request.permission = answer.permission;
    request.generation = answer.generation;
    request.mode = answer.mode;
    request.verdict = answer.verdict;
    request.rule_verdict = answer.rule_verdict;
    request.rule = answer.index;
    put_text(request.rule_id, answer.rule.text());
    put_text(request.rule_reason, answer.reason.text());
    return user.write(request);
}

// Under the mutex.
void PolicyControl::fill(modkeeper_policy_get &request, const Turn &turn) const {
    const Loaded *loaded = loaded_.own();
    request.generation = turn.generation;
    request.ceiling = ceiling_;
    request.gates = gates_.load_relaxed();
    request.denied = denied_.load_relaxed();
    request.would_deny = would_deny_.load_relaxed();
    request.trial_deadline_ns = turn.deadline_ns;
    request.state = turn.sealed ? MODKEEPER_POLICY_SEALED : 0;
    request.needed = request.rule_count = 0;
    request.load_mode = request.request_mode = MODKEEPER_POLICY_MODE_OFF;
    clear_bytes(request.digest, sizeof(request.digest));
    if (!loaded)
        return;
    State state(loaded->state.load_relaxed());
    const modkeeper_policy &header = loaded->policy.blob().header();
    request.rule_count = header.rule_count;
    request.needed = header.size + header.rule_count * static_cast<u32>(sizeof(u64));
    request.load_mode = state.mode(MODKEEPER_POLICY_GATE_LOAD);
    request.request_mode = state.mode(MODKEEPER_POLICY_GATE_REQUEST);
    copy_bytes(request.digest, header.digest, sizeof(request.digest));
}

// Nothing that sleeps for memory, and no copy to a user, while others wait: the memory is taken for
// the policy that was there a moment ago, and a longer one does not fit then.
Result<> PolicyControl::get(UserInOut<modkeeper_policy_get> user) {
    modkeeper_policy_get request = TRY(user.read());
    if (request.flags || request.reserved1 || request.reserved[0] || request.reserved[1] ||
        request.reserved[2] || request.reserved[3])
        return Errno::einval;
    fill(request, *turn_.lock());
    Buffer copy;
    if (request.needed && request.buffer_size >= request.needed) {
        Result<Buffer> made = Buffer::create(request.needed);
        if (!made.ok())
            return made.error();
        copy = made.take();
        auto turn = turn_.lock();
        fill(request, *turn);
        if (request.needed > copy.size()) {
            copy = {};
        } else if (const Loaded *loaded = loaded_.own()) {
            u32 size = loaded->policy.blob().header().size;
            copy_bytes(copy.data(), loaded->blob.data(), size);
            for (u32 i = 0; i < request.rule_count; i++) {
                u64 hits = loaded->policy.tally(i).hits.load_relaxed();
                copy_bytes(copy.data() + size + i * sizeof(hits), &hits, sizeof(hits));
            }
        }
    }
    bool fits = request.buffer_size >= request.needed && request.needed <= copy.size();
    if (fits && request.needed)
        TRY(UserBytesOut(request.buffer).write(0, copy.data(), request.needed));
    TRY(user.write(request));
    if (!fits && request.buffer_size)
        return Errno::enospc;
    return {};
}
} // namespace mk
