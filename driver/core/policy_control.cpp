// SPDX-License-Identifier: GPL-2.0-only
#include "core/policy_control.hpp"

#include "core/policy_arguments.hpp"
#include "core/record.hpp"
#include "kernel/ktime.hpp"
#include "kernel/module.hpp"
#include "kernel/workqueue.hpp"
#include "lib/bytes.hpp"

namespace mk {
namespace {

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

} // namespace

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

// A policy of these bytes. Of a bad one @fault says what is wrong.
Result<Owned<PolicyControl::Loaded>> PolicyControl::load(Buffer blob, PolicyFault &fault) {
    fault = check_policy(blob.data(), blob.size());
    if (fault.found())
        return Errno::einval;
    Result<Buffer> index = Buffer::create_own(Policy::index_bytes(PolicyBlob(blob.data())));
    if (!index.ok())
        return index.error();
    return make<Loaded>(mk::move(blob), index.take());
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
    TRY(UserBytesIn(request.policy).read(0, blob.value().data(), request.size));
    PolicyFault fault;
    Result<Owned<Loaded>> loaded = load(blob.take(), fault);
    request.fault = fault.fault;
    request.fault_offset = fault.offset;
    return loaded;
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
        request.reserved[0] || request.reserved[1] || !is_policy_mode(request.load_mode) ||
        !is_policy_mode(request.request_mode))
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
    if (!is_policy_gate(request.gate) || !is_policy_mode(request.mode) || request.reserved)
        return Errno::einval;
    Result<> done = change_mode(request);
    TRY(user.write(request));
    return done;
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

} // namespace mk
