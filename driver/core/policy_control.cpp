// SPDX-License-Identifier: GPL-2.0-only
#include "core/policy_control.hpp"

#include "core/record.hpp"
#include "kernel/ktime.hpp"
#include "kernel/module.hpp"
#include "kernel/nsproxy.hpp"
#include "kernel/sched.hpp"
#include "kernel/workqueue.hpp"
#include "lib/bytes.hpp"
#include "lib/glob.hpp"

namespace mk {
namespace {

bool is_mode(u32 mode) {
    return mode <= MODKEEPER_POLICY_MODE_ENFORCE;
}

bool is_gate(u32 gate) {
    return gate == MODKEEPER_POLICY_GATE_LOAD || gate == MODKEEPER_POLICY_GATE_REQUEST;
}

// A container may have been given the capability; its processes are in a PID namespace of their
// own.
bool may_change_policy() {
    return current_may_load() && current_namespaces().is_initial_pid;
}

bool is_graph(Text text) {
    for (usize i = 0; i < text.length(); i++)
        if (text.data()[i] <= ' ' || text.data()[i] >= 0x7f)
            return false;
    return true;
}

// SHA-256 as hexadecimal digits.
using DigestText = FixedText<64>;
DigestText in_digits(const __u8 (&digest)[32]) {
    char text[64];
    for (usize i = 0; i < sizeof(digest); i++) {
        text[2 * i] = "0123456789abcdef"[digest[i] >> 4];
        text[2 * i + 1] = "0123456789abcdef"[digest[i] & 15];
    }
    return DigestText(Text(text, sizeof(text)));
}

template <usize room> void put_text(char (&to)[room], Text text) {
    clear_bytes(to, room);
    copy_bytes(to, text.data(), min(text.length(), room - 1));
}

} // namespace

// ---- asking ----

modkeeper_policy_mode PolicyControl::effective(State state, modkeeper_policy_gate gate) const {
    return min(state.mode(gate), ceiling_);
}

bool PolicyControl::asks(modkeeper_policy_gate gate) const {
    RcuReader reader;
    const Loaded *loaded = loaded_.read(reader);
    return loaded && effective(State(loaded->state.load_relaxed()), gate);
}

PolicyAnswer PolicyControl::judge(const Loaded &loaded, modkeeper_policy_gate gate, Text name,
                                  const PolicyFacts &facts) const {
    const Policy &policy = loaded.policy;
    State state(loaded.state.load_relaxed());
    Policy::Match match = policy.judge(gate, name, facts);
    PolicyAnswer answer;
    answer.generation = state.generation();
    answer.mode = effective(state, gate);
    answer.rule_verdict = match.verdict;
    answer.index = match.rule;
    // What is denied is no longer warned of.
    if (match.verdict != MODKEEPER_RULE_DENY && match.warned != Policy::none) {
        answer.rule_verdict = MODKEEPER_RULE_WARN;
        answer.index = match.warned;
    }
    if (answer.index != Policy::none) {
        answer.rule = policy.id_of(answer.index);
        answer.reason = policy.reason_of(answer.index);
    }
    if (answer.mode == MODKEEPER_POLICY_MODE_OFF || answer.rule_verdict == MODKEEPER_RULE_ALLOW)
        return answer;
    bool denies =
        answer.rule_verdict == MODKEEPER_RULE_DENY && answer.mode == MODKEEPER_POLICY_MODE_ENFORCE;
    answer.verdict = denies ? MODKEEPER_POLICY_VERDICT_DENIED : MODKEEPER_POLICY_VERDICT_WOULD_DENY;
    return answer;
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

PolicyAnswer PolicyControl::decide(modkeeper_policy_gate gate, Text name,
                                   const PolicyFacts &facts) {
    RcuReader reader;
    const Loaded *loaded = loaded_.read(reader);
    if (!loaded)
        return {};
    PolicyAnswer answer = judge(*loaded, gate, name, facts);
    if (answer.mode == MODKEEPER_POLICY_MODE_OFF)
        return {};
    if (answer.rule_verdict == MODKEEPER_RULE_DENY)
        answer.permission = permissions_.take(reader, gate, name);
    if (answer.permission) {
        answer.verdict = MODKEEPER_POLICY_VERDICT_ALLOWED;
        return answer;
    }
    if (answer.index != Policy::none)
        count(*loaded, answer);
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
    if (!is_gate(request.gate) || request.flags || !name || name == sizeof(request.name) ||
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
    facts.facts = request.facts;
    facts.realtime_ns = request.realtime_ns ? request.realtime_ns : times_now().realtime_ns;
    facts.by_uid = request.by_uid;
    facts.for_uid = request.for_uid;
    facts.path = {path, request.path_size};
    facts.srcversion = {request.srcversion, srcversion};
    facts.parameters = {parameters, request.parameters_size};
    PolicyAnswer answer;
    {
        RcuReader reader;
        const Loaded *loaded = loaded_.read(reader);
        if (loaded)
            answer = judge(*loaded, static_cast<modkeeper_policy_gate>(request.gate),
                           {request.name, name}, facts);
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

// ---- changing ----

void PolicyControl::record(modkeeper_policy_change change, const Loaded *loaded, State state,
                           const modkeeper_permission *permission) {
    using Body = modkeeper_record_policy_change;
    PolicyChangeRecord record(MODKEEPER_RECORD_POLICY_CHANGE);
    DigestText digest;
    Body &body = record.body();
    body.policy_generation = state.generation();
    body.policy_change = change;
    if (loaded) {
        const modkeeper_policy &header = loaded->policy.blob().header();
        digest = in_digits(header.digest);
        record.put(&Body::policy_digest, digest.text());
        record.put(&Body::policy_kernel, Text::from_c(header.kernel));
        body.load_mode = state.mode(MODKEEPER_POLICY_GATE_LOAD);
        body.request_mode = state.mode(MODKEEPER_POLICY_GATE_REQUEST);
        body.rule_count = header.rule_count;
    }
    if (permission) {
        record.put(&Body::permission_name, Text::from_c(permission->name));
        body.permission = permission->id;
        body.until_boottime_ns = permission->until_boottime_ns;
        body.uses_left = permission->uses_left;
        body.gate = permission->gate;
    }
    recorder_.append(record);
}

// Under the mutex: of the policy that is there.
void PolicyControl::record(modkeeper_policy_change change, const Turn &turn,
                           const modkeeper_permission *permission) {
    const Loaded *now = loaded_.own();
    record(change, now, now ? State(now->state.load_relaxed()) : State(turn.generation, 0, 0),
           permission);
}

// The policy that a request brings. Of a bad one the request says what is wrong.
Result<Owned<PolicyControl::Loaded>> PolicyControl::load(modkeeper_policy_set &request) {
    if (!request.size)
        return Owned<Loaded>();
    if (request.size < sizeof(modkeeper_policy) || request.size > MODKEEPER_POLICY_SIZE_MAX) {
        request.fault = MODKEEPER_POLICY_FAULT_SIZE;
        return Errno::einval;
    }
    Result<Buffer> blob = Buffer::create_own(request.size);
    if (!blob.ok())
        return blob.error();
    u8 *bytes = blob.value().data();
    TRY(UserBytesIn(request.policy).read(0, bytes, request.size));
    PolicyFault fault = check_policy(bytes, request.size);
    if (fault.found()) {
        request.fault = fault.fault;
        request.fault_offset = fault.offset;
        return Errno::einval;
    }
    Result<Buffer> index = Buffer::create_own(Policy::index_bytes(PolicyBlob(bytes)));
    if (!index.ok())
        return index.error();
    return make<Loaded>(blob.take(), index.take());
}

Result<> PolicyControl::may_change(const Turn &turn, u64 expected_generation) {
    if (turn.sealed)
        return Errno::eperm;
    if (turn.tries())
        return Errno::ebusy;
    if (expected_generation != MODKEEPER_POLICY_ANY_GENERATION &&
        expected_generation != turn.generation)
        return Errno::estale;
    return {};
}

Result<> PolicyControl::replace(modkeeper_policy_set &request, Owned<Loaded> with) {
    Retired<Loaded> before; // ends after the lock is released
    {
        auto turn = turn_.lock();
        request.generation = turn->generation;
        TRY(may_change(*turn, request.expected_generation));
        if (!with && !loaded_.own())
            return {};
        State state(++turn->generation, request.load_mode, request.request_mode);
        request.generation = state.generation();
        if (with)
            with->state.store_relaxed(state.word());
        if (request.confirm_ns) {
            turn->deadline_ns = times_now().boottime_ns + request.confirm_ns;
            turn->before = loaded_.exchange(mk::move(with));
        } else {
            before = loaded_.replace(mk::move(with));
        }
        const Loaded *now = loaded_.own();
        record(request.confirm_ns ? MODKEEPER_POLICY_CHANGE_TRIAL
               : now              ? MODKEEPER_POLICY_CHANGE_SET
                                  : MODKEEPER_POLICY_CHANGE_CLEARED,
               now, state);
    }
    if (request.confirm_ns)
        call_later();
    recorder_.wake_readers();
    return {};
}

// ---- a trial ----

// Under the mutex, as roll_back(): @ended is to end when it is released.
void PolicyControl::keep(Turn &turn, Retired<Loaded> &ended) {
    turn.deadline_ns = 0;
    ended = Retired<Loaded>(turn.before.release());
    record(MODKEEPER_POLICY_CHANGE_CONFIRMED, turn);
}

void PolicyControl::roll_back(Turn &turn, Retired<Loaded> &ended) {
    turn.deadline_ns = 0;
    turn.rolled_back = turn.generation++;
    turn.rolled_back_ns = times_now().boottime_ns;
    State state(turn.generation, 0, 0);
    if (turn.before) {
        State before(turn.before->state.load_relaxed());
        state = State(turn.generation, before.mode(MODKEEPER_POLICY_GATE_LOAD),
                      before.mode(MODKEEPER_POLICY_GATE_REQUEST));
        turn.before->state.store_relaxed(state.word());
    }
    ended = loaded_.replace(mk::move(turn.before));
    record(MODKEEPER_POLICY_CHANGE_ROLLED_BACK, loaded_.own(), state);
}

void PolicyControl::tick() {
    tick_trial();
    end_permissions();
}

void PolicyControl::tick_trial() {
    Retired<Loaded> ended;
    bool goes_on = false;
    {
        auto turn = turn_.lock();
        if (!turn->tries())
            return;
        goes_on = times_now().boottime_ns < turn->deadline_ns;
        if (!goes_on)
            roll_back(*turn, ended);
    }
    if (goes_on)
        call_later();
    else
        recorder_.wake_readers();
}

Result<> PolicyControl::end_trial(modkeeper_policy_confirm &request) {
    Retired<Loaded> ended;
    {
        auto turn = turn_.lock();
        u64 asked = request.generation;
        request.generation = turn->generation;
        request.rolled_back_ns = 0;
        if (turn->sealed)
            return Errno::eperm;
        if (asked == turn->rolled_back && asked) {
            request.rolled_back_ns = turn->rolled_back_ns;
            return Errno::etime;
        }
        if (!turn->tries() || asked != turn->generation)
            return Errno::estale;
        if (request.action == MODKEEPER_POLICY_KEEP)
            keep(*turn, ended);
        else
            roll_back(*turn, ended);
        request.generation = turn->generation;
    }
    recorder_.wake_readers();
    return {};
}

Result<> PolicyControl::confirm(UserInOut<modkeeper_policy_confirm> user) {
    modkeeper_policy_confirm request = TRY(user.read());
    if (!may_change_policy())
        return Errno::eperm;
    if ((request.action != MODKEEPER_POLICY_KEEP && request.action != MODKEEPER_POLICY_ROLL_BACK) ||
        request.flags || request.reserved)
        return Errno::einval;
    Result<> done = end_trial(request);
    TRY(user.write(request));
    return done;
}

// ---- the ioctls that change it ----

Result<> PolicyControl::set(UserInOut<modkeeper_policy_set> user) {
    modkeeper_policy_set request = TRY(user.read());
    if (!may_change_policy())
        return Errno::eperm;
    if (request.flags || request.confirm_ns > MODKEEPER_POLICY_CONFIRM_MAX_NS ||
        request.reserved[0] || request.reserved[1] || !is_mode(request.load_mode) ||
        !is_mode(request.request_mode))
        return Errno::einval;
    request.fault = MODKEEPER_POLICY_FAULT_NONE;
    request.fault_offset = 0;
    Result<Owned<Loaded>> loaded = load(request);
    if (!loaded.ok() && loaded.error() != Errno::einval)
        return loaded.error();
    Result<> done = loaded.ok() ? replace(request, loaded.take()) : Result<>(loaded.error());
    TRY(user.write(request));
    return done;
}

Result<> PolicyControl::change_mode(modkeeper_policy_mode_set &request) {
    {
        auto turn = turn_.lock();
        request.generation = turn->generation;
        TRY(may_change(*turn, request.expected_generation));
        Loaded *loaded = loaded_.own();
        if (!loaded)
            return Errno::enoent;
        State before(loaded->state.load_relaxed());
        auto mode_of = [&](modkeeper_policy_gate gate) {
            return gate == request.gate ? request.mode : static_cast<u32>(before.mode(gate));
        };
        State state(++turn->generation, mode_of(MODKEEPER_POLICY_GATE_LOAD),
                    mode_of(MODKEEPER_POLICY_GATE_REQUEST));
        request.generation = state.generation();
        loaded->state.store_relaxed(state.word());
        record(MODKEEPER_POLICY_CHANGE_MODE, loaded, state);
    }
    recorder_.wake_readers();
    return {};
}

Result<> PolicyControl::set_mode(UserInOut<modkeeper_policy_mode_set> user) {
    modkeeper_policy_mode_set request = TRY(user.read());
    if (!may_change_policy())
        return Errno::eperm;
    if (!is_gate(request.gate) || !is_mode(request.mode) || request.reserved)
        return Errno::einval;
    Result<> done = change_mode(request);
    TRY(user.write(request));
    return done;
}

// ---- temporary permissions ----

// One after the other: each is freed when nobody holds the mutex.
void PolicyControl::end_permissions() {
    u64 now_ns = times_now().boottime_ns;
    bool told = false;
    for (bool goes_on = true; goes_on;) {
        Retired<Permission> ended;
        modkeeper_permission was;
        auto turn = turn_.lock();
        goes_on = permissions_.remove_over(now_ns, ended, was);
        if (goes_on)
            record(MODKEEPER_POLICY_CHANGE_EXPIRED, *turn, &was);
        else if (permissions_.waits_for_time())
            call_later();
        told |= goes_on;
    }
    if (told)
        recorder_.wake_readers();
}

Result<> PolicyControl::permit(modkeeper_policy_temporary &request) {
    Text name(request.name, length_within(request.name, sizeof(request.name)));
    usize longest = request.gate == MODKEEPER_POLICY_GATE_LOAD ? MODKEEPER_POLICY_NAME_MAX
                                                               : MODKEEPER_POLICY_ALIAS_MAX;
    if (!is_gate(request.gate) || request.id || request.buffer || request.buffer_size ||
        request.for_ns > MODKEEPER_PERMISSION_FOR_MAX_NS || name.empty() ||
        name.length() > longest || !is_graph(name) || !Glob(name).valid())
        return Errno::einval;
    // What is over makes room.
    end_permissions();
    request.id = ++turn_.lock()->permission;
    u64 until_ns = request.for_ns ? times_now().boottime_ns + request.for_ns : 0;
    auto permission = make<Permission>(request.id, static_cast<modkeeper_policy_gate>(request.gate),
                                       name, until_ns, request.uses);
    if (!permission.ok())
        return permission.error();
    modkeeper_permission added;
    permission.value()->describe(added);
    {
        auto turn = turn_.lock();
        if (turn->sealed)
            return Errno::eperm;
        TRY(permissions_.add(permission.take()));
        record(MODKEEPER_POLICY_CHANGE_PERMITTED, *turn, &added);
    }
    if (until_ns)
        call_later();
    recorder_.wake_readers();
    return {};
}

Result<> PolicyControl::revoke(const modkeeper_policy_temporary &request) {
    if (!request.id || request.for_ns || request.uses || request.gate || request.name[0] ||
        request.buffer || request.buffer_size)
        return Errno::einval;
    {
        Retired<Permission> ended;
        modkeeper_permission was = {};
        auto turn = turn_.lock();
        if (turn->sealed)
            return Errno::eperm;
        ended = permissions_.remove(request.id, times_now().boottime_ns, was);
        if (!was.id)
            return Errno::enoent;
        record(MODKEEPER_POLICY_CHANGE_REVOKED, *turn, &was);
    }
    recorder_.wake_readers();
    return {};
}

Result<> PolicyControl::list_permissions(UserInOut<modkeeper_policy_temporary> user,
                                         modkeeper_policy_temporary &request) {
    if (request.id || request.for_ns || request.uses || request.gate || request.name[0])
        return Errno::einval;
    Result<Buffer> memory = Buffer::create(Permissions::max * sizeof(modkeeper_permission));
    if (!memory.ok())
        return memory.error();
    u8 *bytes = memory.value().data();
    {
        auto turn = turn_.lock();
        request.count = static_cast<u32>(permissions_.list(
            times_now().boottime_ns, reinterpret_cast<modkeeper_permission *>(bytes)));
    }
    usize needed = request.count * sizeof(modkeeper_permission);
    bool fits = needed <= request.buffer_size;
    if (fits && needed)
        TRY(UserBytesOut(request.buffer).write(0, bytes, needed));
    TRY(user.write(request));
    if (!fits && request.buffer_size)
        return Errno::enospc;
    return {};
}

Result<> PolicyControl::temporary(UserInOut<modkeeper_policy_temporary> user) {
    modkeeper_policy_temporary request = TRY(user.read());
    if (request.flags || request.reserved[0] || request.reserved[1])
        return Errno::einval;
    if (request.action == MODKEEPER_PERMISSION_LIST)
        return list_permissions(user, request);
    if (!may_change_policy())
        return Errno::eperm;
    if (request.action == MODKEEPER_PERMISSION_REVOKE)
        return revoke(request);
    if (request.action != MODKEEPER_PERMISSION_ADD)
        return Errno::einval;
    TRY(permit(request));
    return user.write(request);
}

// ---- the seal ----

Result<> PolicyControl::close_for_good(modkeeper_policy_seal &request) {
    {
        auto turn = turn_.lock();
        request.generation = turn->generation;
        if (turn->sealed)
            return {};
        if (turn->tries())
            return Errno::ebusy;
        if (!loaded_.own())
            return Errno::enoent;
        turn->sealed = true;
        hold_driver();
        record(MODKEEPER_POLICY_CHANGE_SEALED, *turn);
    }
    recorder_.wake_readers();
    return {};
}

Result<> PolicyControl::seal(UserInOut<modkeeper_policy_seal> user) {
    modkeeper_policy_seal request = TRY(user.read());
    if (!may_change_policy())
        return Errno::eperm;
    if (request.flags || request.reserved1 || request.reserved[0] || request.reserved[1])
        return Errno::einval;
    Result<> done = close_for_good(request);
    TRY(user.write(request));
    return done;
}

// ---- reading ----

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
