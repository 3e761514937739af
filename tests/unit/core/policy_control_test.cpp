// SPDX-License-Identifier: GPL-2.0-only
// The ioctls of the policy: who may, what is refused, and that a change is one step.
#include <atomic>
#include <thread>

#include "policy_fixture.hpp"

namespace {

constexpr int eperm = -1, enoent = -2, enomem = -12, eacces = -13, efault = -14, einval = -22,
              enospc = -28, estale = -116;

using PolicyControl = PolicyTestBase;

WrittenPolicy denies(std::vector<std::string> names) {
    return WrittenPolicy().add({deny, std::move(names), {}, {}, "10-local.rules:1", "not here"});
}

TEST_F(PolicyControl, FreshDriverRefusesNothing) {
    modkeeper_policy_get now = state();
    EXPECT_EQ(now.generation, 0u);
    EXPECT_EQ(now.needed, 0u);
    EXPECT_EQ(now.load_mode, static_cast<__u32>(off));
    EXPECT_EQ(now.ceiling, static_cast<__u32>(enforce));
    EXPECT_EQ(now.gates, 1u << MODKEEPER_POLICY_GATE_LOAD);
    EXPECT_EQ(come("anything"), 0);
    modkeeper_policy_test answer = ask("anything");
    EXPECT_EQ(answer.verdict, static_cast<__u32>(MODKEEPER_POLICY_VERDICT_ALLOWED));
    EXPECT_EQ(answer.rule, MODKEEPER_POLICY_NONE);
    EXPECT_EQ(of_kind(read_all(), MODKEEPER_RECORD_POLICY_DECISION), 0u);
}

TEST_F(PolicyControl, SetIsInForceAndRecorded) {
    EXPECT_EQ(set(denies({"rxrpc"})), 1u);
    EXPECT_EQ(come("rxrpc"), eacces);
    EXPECT_EQ(come("dummy"), 0);
    ReadRecord record = last_of(read_all(), MODKEEPER_RECORD_POLICY_CHANGE);
    auto &body = record.as<modkeeper_record_policy_change>();
    EXPECT_EQ(body.policy_change, static_cast<__u32>(MODKEEPER_POLICY_CHANGE_SET));
    EXPECT_EQ(body.policy_generation, 1u);
    EXPECT_EQ(body.load_mode, static_cast<__u32>(enforce));
    EXPECT_EQ(body.rule_count, 1u);
    EXPECT_EQ(record.text(body.policy_digest),
              "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
    EXPECT_EQ(record.text(body.policy_kernel), "6.1.0-test");
    EXPECT_FALSE(record.header.flags & MODKEEPER_RECORD_ANYBODY);
    EXPECT_EQ(set(denies({"dummy"})), 2u);
    EXPECT_EQ(come("rxrpc"), 0);
    EXPECT_EQ(come("dummy"), eacces);
    EXPECT_EQ(clear(), 0);
    EXPECT_EQ(come("dummy"), 0);
    EXPECT_EQ(state().generation, 3u);
    EXPECT_EQ(last_of(read_all(), MODKEEPER_RECORD_POLICY_CHANGE)
                  .as<modkeeper_record_policy_change>()
                  .policy_change,
              static_cast<__u32>(MODKEEPER_POLICY_CHANGE_CLEARED));
    // there is none already
    EXPECT_EQ(clear(), 0);
    EXPECT_EQ(state().generation, 3u);
}

TEST_F(PolicyControl, ChangesAreForThoseWhoMayLoadOnTheMachineItself) {
    set(denies({"rxrpc"}));
    auto refused = [&] {
        modkeeper_policy_set request = request_for(WrittenPolicy().bytes());
        EXPECT_EQ(ioctl(MODKEEPER_IOC_POLICY_SET, request), eperm);
        EXPECT_EQ(set_mode(off), eperm);
        EXPECT_EQ(clear(), eperm);
        // reading is for all
        EXPECT_EQ(state().generation, 1u);
        EXPECT_EQ(ask("rxrpc").verdict, static_cast<__u32>(MODKEEPER_POLICY_VERDICT_DENIED));
    };
    fake::set_may_load(false);
    refused();
    fake::set_may_load(true);
    // a privileged container has the capability
    fake::set_namespaces({1, 2, 3, true, false});
    refused();
}

TEST_F(PolicyControl, OnlyTheExpectedGenerationIsReplaced) {
    modkeeper_policy_set request = request_for(denies({"a"}).bytes());
    request.expected_generation = 1;
    EXPECT_EQ(ioctl(MODKEEPER_IOC_POLICY_SET, request), estale);
    EXPECT_EQ(request.generation, 0u);
    request.expected_generation = 0;
    EXPECT_EQ(ioctl(MODKEEPER_IOC_POLICY_SET, request), 0);
    EXPECT_EQ(request.generation, 1u);
    EXPECT_EQ(ioctl(MODKEEPER_IOC_POLICY_SET, request), estale);
    EXPECT_EQ(request.generation, 1u);
    EXPECT_EQ(set_mode(audit, 5), estale);
    EXPECT_EQ(set_mode(audit, 1), 0);
    EXPECT_EQ(state().generation, 2u);
    EXPECT_EQ(come("a"), 0);
}

TEST_F(PolicyControl, BadPolicyIsRefusedWithItsFaultAndTheOldOneStays) {
    set(denies({"a"}));
    PolicyBytes bytes = denies({"b"}).bytes();
    bytes.rules()[0].verdict = 9;
    modkeeper_policy_set request = request_for(bytes);
    EXPECT_EQ(ioctl(MODKEEPER_IOC_POLICY_SET, request), einval);
    EXPECT_EQ(request.fault, static_cast<__u32>(MODKEEPER_POLICY_FAULT_RULE));
    EXPECT_EQ(request.fault_offset, bytes.header().rules_offset + 1);
    request.size = 16;
    EXPECT_EQ(ioctl(MODKEEPER_IOC_POLICY_SET, request), einval);
    EXPECT_EQ(request.fault, static_cast<__u32>(MODKEEPER_POLICY_FAULT_SIZE));
    request.size = MODKEEPER_POLICY_SIZE_MAX + 8;
    EXPECT_EQ(ioctl(MODKEEPER_IOC_POLICY_SET, request), einval);
    EXPECT_EQ(come("a"), eacces);
    EXPECT_EQ(come("b"), 0);
    EXPECT_EQ(state().generation, 1u);
}

TEST_F(PolicyControl, WhatIsNotExplainedIsRefused) {
    auto with = [&](auto change) {
        modkeeper_policy_set request = request_for(denies({"a"}).bytes());
        change(request);
        return ioctl(MODKEEPER_IOC_POLICY_SET, request);
    };
    EXPECT_EQ(with([](auto &request) { request.flags = 1; }), einval);
    EXPECT_EQ(with([](auto &request) { request.confirm_ns = MODKEEPER_POLICY_CONFIRM_MAX_NS + 1; }),
              einval);
    EXPECT_EQ(with([](auto &request) { request.load_mode = 3; }), einval);
    EXPECT_EQ(with([](auto &request) { request.request_mode = ~0U; }), einval);
    EXPECT_EQ(with([](auto &request) { request.reserved[0] = 1; }), einval);
    EXPECT_EQ(with([](auto &request) { request.reserved[1] = 1; }), einval);
    EXPECT_EQ(with([](auto &request) { request.policy = 8; }), efault);
    EXPECT_EQ(state().generation, 0u);
    set(denies({"a"}));
    modkeeper_policy_mode_set mode = {3, audit, MODKEEPER_POLICY_ANY_GENERATION, 0, 0};
    EXPECT_EQ(ioctl(MODKEEPER_IOC_POLICY_MODE, mode), einval);
    mode = {MODKEEPER_POLICY_GATE_LOAD, 3, MODKEEPER_POLICY_ANY_GENERATION, 0, 0};
    EXPECT_EQ(ioctl(MODKEEPER_IOC_POLICY_MODE, mode), einval);
    mode = {MODKEEPER_POLICY_GATE_LOAD, audit, MODKEEPER_POLICY_ANY_GENERATION, 0, 1};
    EXPECT_EQ(ioctl(MODKEEPER_IOC_POLICY_MODE, mode), einval);
    auto test = [&](auto change) {
        modkeeper_policy_test request = {};
        std::strcpy(request.name, "a");
        request.gate = MODKEEPER_POLICY_GATE_LOAD;
        change(request);
        return ioctl(MODKEEPER_IOC_POLICY_TEST, request);
    };
    EXPECT_EQ(test([](auto &) {}), 0);
    EXPECT_EQ(test([](auto &request) { request.gate = 0; }), einval);
    EXPECT_EQ(test([](auto &request) { request.flags = 1; }), einval);
    EXPECT_EQ(test([](auto &request) { request.name[0] = 0; }), einval);
    EXPECT_EQ(test([](auto &request) { std::memset(request.name, 'a', sizeof(request.name)); }),
              einval);
    EXPECT_EQ(test([](auto &request) { std::memset(request.srcversion, 'a', 64); }), einval);
    EXPECT_EQ(test([](auto &request) { request.known = 1ULL << MODKEEPER_FACTS; }), einval);
    EXPECT_EQ(test([](auto &request) { request.facts = 1; }), einval); // true, and not known
    EXPECT_EQ(test([](auto &request) { request.path_size = 256; }), einval);
    EXPECT_EQ(test([](auto &request) { request.parameters_size = 1024; }), einval);
    EXPECT_EQ(test([](auto &request) { request.path_size = 8; }), efault);
    modkeeper_policy_get get = {};
    get.flags = 1;
    EXPECT_EQ(ioctl(MODKEEPER_IOC_POLICY_GET, get), einval);
    for (auto &word : get.reserved) {
        get = {};
        word = 1;
        EXPECT_EQ(ioctl(MODKEEPER_IOC_POLICY_GET, get), einval);
    }
}

TEST_F(PolicyControl, GetReturnsWhatWasSetAndTheHits) {
    WrittenPolicy policy = denies({"a"});
    policy.add({allow, {"b"}, {}, {}, "r1"}).add({warn, {"c"}, {}, {}, "r2"});
    set(policy);
    come("a");
    come("a");
    come("b");
    come("c");
    come("nothing");
    PolicyBytes bytes = policy.bytes();
    modkeeper_policy_get request = {};
    EXPECT_EQ(ioctl(MODKEEPER_IOC_POLICY_GET, request), 0);
    EXPECT_EQ(request.needed, bytes.size() + 3 * sizeof(__u64));
    EXPECT_EQ(request.rule_count, 3u);
    EXPECT_EQ(request.denied, 2u);
    EXPECT_EQ(request.would_deny, 1u);
    EXPECT_EQ(std::memcmp(request.digest, bytes.header().digest, 32), 0);
    request.buffer = user + 4096;
    request.buffer_size = request.needed - 1;
    EXPECT_EQ(ioctl(MODKEEPER_IOC_POLICY_GET, request), enospc);
    request.buffer_size = request.needed;
    EXPECT_EQ(ioctl(MODKEEPER_IOC_POLICY_GET, request), 0);
    auto *got = reinterpret_cast<const char *>(user + 4096);
    EXPECT_EQ(std::memcmp(got, bytes.data(), bytes.size()), 0);
    __u64 hits[3];
    std::memcpy(hits, got + bytes.size(), sizeof(hits));
    EXPECT_EQ(hits[0], 2u);
    EXPECT_EQ(hits[1], 1u);
    EXPECT_EQ(hits[2], 1u);
    // the caller pays
    EXPECT_GE(fake::charged_bytes(), request.needed);
}

TEST_F(PolicyControl, TestAsksAndCountsNothing) {
    WrittenPolicy policy;
    policy.add({deny,
                {"mk-*"},
                {},
                {{MODKEEPER_FACT_SIGNED, true}, {MODKEEPER_FACT_PATH, false, "/tmp/*"}},
                "tmp",
                "from /tmp"});
    policy.add({warn, {"zram"}, {}, {}, "watch"});
    set(policy);
    read_all();
    modkeeper_policy_test request = {};
    std::strcpy(request.name, "mk_base");
    request.gate = MODKEEPER_POLICY_GATE_LOAD;
    request.known = request.facts = 1ULL << MODKEEPER_FACT_PATH;
    request.known |= 1ULL << MODKEEPER_FACT_SIGNED;
    const char path[] = "/tmp/mk_base.ko";
    request.path = user_text(path);
    request.path_size = sizeof(path) - 1;
    ASSERT_EQ(ioctl(MODKEEPER_IOC_POLICY_TEST, request), 0);
    EXPECT_EQ(request.verdict, static_cast<__u32>(MODKEEPER_POLICY_VERDICT_DENIED));
    EXPECT_EQ(request.rule_verdict, static_cast<__u32>(deny));
    EXPECT_EQ(request.rule, 0u);
    EXPECT_STREQ(request.rule_id, "tmp");
    EXPECT_STREQ(request.rule_reason, "from /tmp");
    EXPECT_EQ(request.mode, static_cast<__u32>(enforce));
    EXPECT_EQ(request.generation, 1u);
    EXPECT_EQ(ask("mk_base").verdict, static_cast<__u32>(MODKEEPER_POLICY_VERDICT_ALLOWED));
    EXPECT_EQ(ask("zram").verdict, static_cast<__u32>(MODKEEPER_POLICY_VERDICT_WOULD_DENY));
    EXPECT_EQ(ask("zram").rule_verdict, static_cast<__u32>(warn));
    set_mode(off);
    EXPECT_EQ(ask("zram").verdict, static_cast<__u32>(MODKEEPER_POLICY_VERDICT_ALLOWED));
    EXPECT_EQ(ask("zram").rule_verdict, static_cast<__u32>(warn));
    EXPECT_EQ(state().denied + state().would_deny, 0u);
    EXPECT_EQ(of_kind(read_all(), MODKEEPER_RECORD_POLICY_DECISION), 0u);
}

TEST_F(PolicyControl, ParameterIsACeiling) {
    for (auto [ceiling, mode, result] : {std::tuple{off, enforce, 0},
                                         {audit, enforce, 0},
                                         {enforce, audit, 0},
                                         {enforce, enforce, eacces}}) {
        start_with(ceiling);
        set(denies({"a"}), mode);
        EXPECT_EQ(come("a"), result);
        modkeeper_policy_get now = state();
        EXPECT_EQ(now.load_mode, static_cast<__u32>(mode));
        EXPECT_EQ(now.ceiling, static_cast<__u32>(ceiling));
        EXPECT_EQ(now.would_deny, ceiling != off && mode != off && result == 0 ? 1u : 0u);
        EXPECT_EQ(set_mode(enforce), 0);
        EXPECT_EQ(come("a"), ceiling == enforce ? eacces : 0);
    }
}

TEST_F(PolicyControl, ModeNeedsAPolicy) {
    EXPECT_EQ(set_mode(enforce), enoent);
    EXPECT_EQ(state().generation, 0u);
}

class PolicyTrial : public PolicyTestBase {
  protected:
    static constexpr int ebusy = -16, etime = -62;

    __u64 try_out(const WrittenPolicy &policy, __u64 seconds) {
        modkeeper_policy_set request = request_for(policy.bytes());
        request.confirm_ns = seconds * second;
        EXPECT_EQ(ioctl(MODKEEPER_IOC_POLICY_SET, request), 0);
        return request.generation;
    }
    int confirm(__u64 generation, __u32 action = MODKEEPER_POLICY_KEEP) {
        answer = {generation, 0, action, 0, 0};
        return ioctl(MODKEEPER_IOC_POLICY_CONFIRM, answer);
    }
    // Work that was asked for is done at this time.
    static void later(__u64 boottime_ns) {
        fake::set_boottime(boottime_ns);
        mk_core_later();
    }
    __u32 last_change() {
        return last_of(read_all(), MODKEEPER_RECORD_POLICY_CHANGE)
            .as<modkeeper_record_policy_change>()
            .policy_change;
    }
    modkeeper_policy_confirm answer = {};
};

TEST_F(PolicyTrial, OneBeforeComesBackWithItsModes) {
    set(denies({"a"}), audit);
    fake::set_boottime(10 * second);
    __u64 generation = try_out(denies({"b"}), 5);
    EXPECT_EQ(state().trial_deadline_ns, 15 * second);
    EXPECT_EQ(last_change(), static_cast<__u32>(MODKEEPER_POLICY_CHANGE_TRIAL));
    EXPECT_EQ(come("b"), eacces);
    long asked = fake::asked_later();
    EXPECT_GT(asked, 0);
    later(15 * second - 1);
    EXPECT_EQ(come("b"), eacces);
    EXPECT_GT(fake::asked_later(), asked);
    asked = fake::asked_later();
    later(15 * second);
    EXPECT_EQ(fake::asked_later(), asked);
    EXPECT_EQ(come("b"), 0);
    EXPECT_EQ(come("a"), 0); // audit
    modkeeper_policy_get now = state();
    EXPECT_EQ(now.generation, generation + 1);
    EXPECT_EQ(now.load_mode, static_cast<__u32>(audit));
    EXPECT_EQ(now.trial_deadline_ns, 0u);
    EXPECT_EQ(now.would_deny, 1u);
    EXPECT_EQ(last_change(), static_cast<__u32>(MODKEEPER_POLICY_CHANGE_ROLLED_BACK));
    EXPECT_EQ(confirm(generation), etime);
    EXPECT_EQ(answer.rolled_back_ns, 15 * second);
    EXPECT_EQ(answer.generation, generation + 1);
    EXPECT_EQ(confirm(generation + 1), estale);
}

TEST_F(PolicyTrial, WhatIsKeptStays) {
    set(denies({"a"}));
    __u64 generation = try_out(denies({"b"}), 5);
    EXPECT_EQ(confirm(generation - 1), estale);
    EXPECT_EQ(confirm(generation), 0);
    EXPECT_EQ(last_change(), static_cast<__u32>(MODKEEPER_POLICY_CHANGE_CONFIRMED));
    later(1000 * second);
    EXPECT_EQ(come("b"), eacces);
    EXPECT_EQ(come("a"), 0);
    EXPECT_EQ(state().generation, generation);
    EXPECT_EQ(confirm(generation), estale);
}

TEST_F(PolicyTrial, OfTheFirstNothingIsLeft) {
    __u64 generation = try_out(denies({"b"}), 5);
    EXPECT_EQ(come("b"), eacces);
    EXPECT_EQ(confirm(generation, MODKEEPER_POLICY_ROLL_BACK), 0);
    EXPECT_EQ(come("b"), 0);
    EXPECT_EQ(state().needed, 0u);
    EXPECT_EQ(state().generation, generation + 1);
    EXPECT_EQ(confirm(generation, MODKEEPER_POLICY_ROLL_BACK), etime);
}

TEST_F(PolicyTrial, NothingElseIsChangedMeanwhile) {
    set(denies({"a"}));
    __u64 generation = try_out(denies({"b"}), 5);
    modkeeper_policy_set request = request_for(denies({"c"}).bytes());
    EXPECT_EQ(ioctl(MODKEEPER_IOC_POLICY_SET, request), ebusy);
    EXPECT_EQ(request.generation, generation);
    EXPECT_EQ(clear(), ebusy);
    EXPECT_EQ(set_mode(off), ebusy);
    EXPECT_EQ(confirm(generation, 3), einval);
    EXPECT_EQ(confirm(generation, 0), einval);
    fake::set_may_load(false);
    EXPECT_EQ(confirm(generation), eperm);
    fake::set_may_load(true);
    EXPECT_EQ(come("b"), eacces);
    EXPECT_EQ(confirm(generation), 0);
    EXPECT_EQ(set_mode(off), 0);
}

// The driver ends during a trial: the fake finds what is left behind.
TEST_F(PolicyTrial, NeitherOfBothIsLeftBehind) {
    set(denies({"a"}));
    try_out(denies({"b"}), 5);
    stop();
}

TEST_F(PolicyTrial, NoPolicyAtAllCanBeTried) {
    set(denies({"a"}));
    modkeeper_policy_set request = {};
    request.expected_generation = MODKEEPER_POLICY_ANY_GENERATION;
    request.confirm_ns = second;
    EXPECT_EQ(ioctl(MODKEEPER_IOC_POLICY_SET, request), 0);
    EXPECT_EQ(come("a"), 0);
    later(100 * second);
    EXPECT_EQ(come("a"), eacces);
}

// Whichever allocation fails, the old policy stays.
TEST_F(PolicyControl, OldOneStaysWithoutMemory) {
    set(denies({"a"}));
    for (long nth = 1;; nth++) {
        modkeeper_policy_set request = request_for(denies({"b"}).bytes());
        fake::fail_allocation(nth);
        int result = ioctl(MODKEEPER_IOC_POLICY_SET, request);
        fake::fail_allocation(0);
        if (!result) {
            EXPECT_GT(nth, 3);
            break;
        }
        ASSERT_EQ(result, enomem);
        EXPECT_EQ(come("a"), eacces);
        EXPECT_EQ(come("b"), 0);
    }
    EXPECT_EQ(come("a"), 0);
}

// The caller's memory changes while it is copied: what was copied is what is checked.
TEST_F(PolicyControl, PolicyIsCopiedOnce) {
    modkeeper_policy_set request = request_for(denies({"a"}).bytes());
    EXPECT_EQ(ioctl(MODKEEPER_IOC_POLICY_SET, request), 0);
    std::memset(reinterpret_cast<void *>(user + policy_at), 0xff, request.size);
    EXPECT_EQ(come("a"), eacces);
}

// Each answer is that of one generation: odd ones deny it, even ones allow it.
TEST_F(PolicyControl, SwapUnderLoadMixesNothing) {
    std::atomic<bool> over = false;
    std::atomic<unsigned> denied = 0, allowed = 0, wrong = 0;
    set(denies({"swapped"}));
    std::vector<std::thread> loaders;
    for (int i = 0; i < 3; i++)
        loaders.emplace_back([&] {
            mk_reader *own = nullptr;
            mk_core_open(&own);
            mk_user at = mk_case_user_memory(4096);
            auto &request = *reinterpret_cast<modkeeper_policy_test *>(at);
            while (!over) {
                std::strcpy(request.name, "swapped");
                request.gate = MODKEEPER_POLICY_GATE_LOAD;
                if (mk_core_ioctl(own, MODKEEPER_IOC_POLICY_TEST, at))
                    wrong++;
                bool denies = request.verdict == MODKEEPER_POLICY_VERDICT_DENIED;
                (denies ? denied : allowed)++;
                wrong += denies != (request.generation % 2 == 1) ||
                         std::strcmp(request.rule_id, denies ? "10-local.rules:1" : "open") != 0;
            }
            mk_core_release(own);
        });
    for (int i = 0; i < 400; i++) {
        set(WrittenPolicy().add({allow, {"swapped"}, {}, {}, "open"}));
        set(denies({"swapped"}));
    }
    while (!denied || !allowed) {
        set(WrittenPolicy().add({allow, {"swapped"}, {}, {}, "open"}));
        set(denies({"swapped"}));
    }
    over = true;
    for (std::thread &loader : loaders)
        loader.join();
    EXPECT_EQ(wrong, 0u);
}

TEST_F(PolicyControl, SealEndsAllChanges) {
    modkeeper_policy_seal seal = {};
    EXPECT_EQ(ioctl(MODKEEPER_IOC_POLICY_SEAL, seal), enoent);
    modkeeper_policy_set trial = request_for(denies({"a"}).bytes());
    trial.confirm_ns = 1000;
    EXPECT_EQ(ioctl(MODKEEPER_IOC_POLICY_SET, trial), 0);
    EXPECT_EQ(ioctl(MODKEEPER_IOC_POLICY_SEAL, seal), -16); // EBUSY
    modkeeper_policy_confirm confirm = {trial.generation, 0, MODKEEPER_POLICY_KEEP, 0, 0};
    EXPECT_EQ(ioctl(MODKEEPER_IOC_POLICY_CONFIRM, confirm), 0);
    modkeeper_policy_temporary permission = {};
    permission.action = MODKEEPER_PERMISSION_ADD;
    permission.gate = MODKEEPER_POLICY_GATE_LOAD;
    std::strcpy(permission.name, "b");
    modkeeper_policy_temporary another = permission;
    EXPECT_EQ(ioctl(MODKEEPER_IOC_POLICY_TEMPORARY, permission), 0);
    seal.flags = 1;
    EXPECT_EQ(ioctl(MODKEEPER_IOC_POLICY_SEAL, seal), einval);
    seal = {0, 1, 0, {}};
    EXPECT_EQ(ioctl(MODKEEPER_IOC_POLICY_SEAL, seal), einval);
    seal = {0, 0, 0, {0, 1}};
    EXPECT_EQ(ioctl(MODKEEPER_IOC_POLICY_SEAL, seal), einval);
    seal = {};
    fake::set_may_load(false);
    EXPECT_EQ(ioctl(MODKEEPER_IOC_POLICY_SEAL, seal), eperm);
    fake::set_may_load(true);
    EXPECT_EQ(state().state, 0u);
    EXPECT_EQ(fake::driver_holds(), 0);
    read_all();
    for (int i = 0; i < 2; i++) {
        EXPECT_EQ(ioctl(MODKEEPER_IOC_POLICY_SEAL, seal), 0);
        EXPECT_EQ(seal.generation, 1u);
    }
    EXPECT_EQ(fake::driver_holds(), 1);
    EXPECT_EQ(state().state, MODKEEPER_POLICY_SEALED);
    auto records = read_all();
    ASSERT_EQ(records.size(), 1u);
    EXPECT_EQ(records[0].as<modkeeper_record_policy_change>().policy_change,
              static_cast<__u32>(MODKEEPER_POLICY_CHANGE_SEALED));
    modkeeper_policy_set request = request_for(WrittenPolicy().bytes());
    EXPECT_EQ(ioctl(MODKEEPER_IOC_POLICY_SET, request), eperm);
    EXPECT_EQ(clear(), eperm);
    EXPECT_EQ(set_mode(off), eperm);
    EXPECT_EQ(ioctl(MODKEEPER_IOC_POLICY_CONFIRM, confirm), eperm);
    EXPECT_EQ(ioctl(MODKEEPER_IOC_POLICY_TEMPORARY, another), eperm);
    another = {};
    another.action = MODKEEPER_PERMISSION_REVOKE;
    another.id = permission.id;
    EXPECT_EQ(ioctl(MODKEEPER_IOC_POLICY_TEMPORARY, another), eperm);
    another = {};
    another.action = MODKEEPER_PERMISSION_LIST;
    EXPECT_EQ(ioctl(MODKEEPER_IOC_POLICY_TEMPORARY, another), 0);
    EXPECT_EQ(another.count, 1u);
    EXPECT_EQ(come("a"), eacces);
    EXPECT_EQ(come("b"), 0);
    EXPECT_EQ(ask("a").verdict, static_cast<__u32>(MODKEEPER_POLICY_VERDICT_DENIED));
}

} // namespace
