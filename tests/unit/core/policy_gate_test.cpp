// SPDX-License-Identifier: GPL-2.0-only
// The gate of loads: what becomes of a module that the policy denies, and what is told of it.
#include <memory>

#include "policy_fixture.hpp"

namespace {

constexpr int eacces = -13;

class PolicyGate : public PolicyTestBase {
  protected:
    // The load that has begun, up to its end: 0 or -errno.
    int load_to_the_end(mk_module &module) {
        module.state = MODKEEPER_STATE_COMING;
        int result = mk_core_module_coming(&module);
        if (result) {
            return_with(result);
            return result;
        }
        mk_core_module_live(&module);
        return_with(0);
        return 0;
    }
    static modkeeper_record_policy_decision body_of(const ReadRecord &record) {
        return record.as<modkeeper_record_policy_decision>();
    }
    // Is @name denied under a rule with this condition? The call, if any, has begun.
    int denied_if(WrittenCondition condition, const mk_module &module) {
        set(WrittenPolicy().add({deny, {"*"}, {}, {std::move(condition)}, "r"}));
        return come(module) == eacces;
    }
    void denies(const char *name) {
        set(WrittenPolicy().add({deny, {name}, {}, {}, "10-cve.rules:2", "Copy Fail"}));
        read_all();
    }
};

// The kernel frees what we refuse without another word: whoever touches it later touches freed
// memory.
TEST_F(PolicyGate, NothingIsKeptOfWhatIsDenied) {
    denies("refused");
    {
        auto module = std::make_unique<mk_module>(module_named("refused"));
        module->state = MODKEEPER_STATE_COMING;
        EXPECT_EQ(mk_core_module_coming(module.get()), eacces);
    }
    EXPECT_TRUE(snapshot(MODKEEPER_SNAPSHOT_GONE).empty());
    modkeeper_module *entry = nullptr;
    unsigned long bytes = 0;
    EXPECT_EQ(mk_core_modules("refused", true, &entry, &bytes), -2);
    EXPECT_EQ(stats().modules_loaded, 0u);
    EXPECT_EQ(stats().modules_gone, 0u);
}

// What was loaded under that name before is still known.
TEST_F(PolicyGate, HistoryOfTheNameStays) {
    mk_module earlier = module_named("twice");
    load(earlier);
    unload(earlier);
    denies("twice");
    EXPECT_EQ(come("twice"), eacces);
    EXPECT_EQ(query("twice").image.state, static_cast<__u32>(MODKEEPER_STATE_GONE));
    EXPECT_EQ(query("twice").image.load_count, 1u);
}

TEST_F(PolicyGate, DeniedLoadIsADecisionAndAFailure) {
    denies("rxrpc");
    begin_load();
    read_file("/tmp/rxrpc.ko", 4096);
    mk_module module = module_named("rxrpc");
    module.taints = 1 << 12;
    module.signature = MODKEEPER_SIGNATURE_NONE;
    EXPECT_EQ(load_to_the_end(module), eacces);
    auto records = read_all();
    ASSERT_EQ(records.size(), 2u);
    EXPECT_EQ(records[0].header.kind, MODKEEPER_RECORD_POLICY_DECISION);
    auto decision = body_of(records[0]);
    EXPECT_EQ(records[0].text(decision.module), "rxrpc");
    EXPECT_EQ(records[0].text(decision.rule), "10-cve.rules:2");
    EXPECT_EQ(records[0].text(decision.rule_reason), "Copy Fail");
    EXPECT_EQ(records[0].text(decision.file), "/tmp/rxrpc.ko");
    EXPECT_EQ(records[0].text(decision.command), "insmod ./bad.ko debug=1");
    EXPECT_EQ(records[0].text(decision.cgroup), "/");
    EXPECT_EQ(decision.policy_generation, 1u);
    EXPECT_EQ(decision.taints, 1u << 12);
    EXPECT_EQ(decision.signature, static_cast<__u32>(MODKEEPER_SIGNATURE_NONE));
    EXPECT_EQ(decision.gate, static_cast<__u32>(MODKEEPER_POLICY_GATE_LOAD));
    EXPECT_EQ(decision.gate_mode, static_cast<__u32>(enforce));
    EXPECT_EQ(decision.outcome, static_cast<__u32>(MODKEEPER_POLICY_VERDICT_DENIED));
    EXPECT_EQ(decision.user_namespace, 4026531837u);
    EXPECT_FALSE(records[0].header.flags & MODKEEPER_RECORD_ANYBODY);
    EXPECT_EQ(records[1].header.kind, MODKEEPER_RECORD_LOAD_FAILED);
    auto &failed = records[1].body;
    EXPECT_EQ(records[1].name, "rxrpc");
    EXPECT_EQ(failed.error, 13);
    EXPECT_EQ(failed.stage, static_cast<__u32>(MODKEEPER_STAGE_POLICY));
    EXPECT_EQ(records[1].text(failed.rule), "10-cve.rules:2");
    EXPECT_EQ(records[1].text(failed.rule_reason), "Copy Fail");
    EXPECT_EQ(failed.decision_sequence, records[0].header.sequence);
    EXPECT_EQ(failed.load_sequence, 0u);
    ASSERT_EQ(fake::notices().size(), 1u);
    EXPECT_EQ(fake::notices()[0], "denied rxrpc for fake-task[" + std::to_string(getpid()) +
                                      "] uid 1000: 10-cve.rules:2 \"Copy Fail\"");
}

// Of a kernel without probes there is no call, and no return of it.
TEST_F(PolicyGate, WithoutCallsTheFailureIsToldAtOnce) {
    denies("rxrpc");
    EXPECT_EQ(come("rxrpc"), eacces);
    auto records = read_all();
    ASSERT_EQ(records.size(), 2u);
    EXPECT_EQ(records[1].header.kind, MODKEEPER_RECORD_LOAD_FAILED);
    EXPECT_EQ(records[1].body.error, 13);
    EXPECT_EQ(records[1].body.stage, static_cast<__u32>(MODKEEPER_STAGE_POLICY));
    EXPECT_EQ(records[1].text(records[1].body.rule), "10-cve.rules:2");
    EXPECT_EQ(records[1].body.decision_sequence, records[0].header.sequence);
}

TEST_F(PolicyGate, AuditRunsTheSameCodeAndLetsItIn) {
    denies("rxrpc");
    set_mode(audit);
    read_all();
    begin_load();
    mk_module module = module_named("rxrpc");
    EXPECT_EQ(load_to_the_end(module), 0);
    auto records = read_all();
    ASSERT_EQ(records.size(), 3u);
    EXPECT_EQ(records[0].header.kind, MODKEEPER_RECORD_POLICY_DECISION);
    EXPECT_EQ(body_of(records[0]).outcome, static_cast<__u32>(MODKEEPER_POLICY_VERDICT_WOULD_DENY));
    EXPECT_EQ(body_of(records[0]).gate_mode, static_cast<__u32>(audit));
    EXPECT_EQ(body_of(records[0]).policy_generation, 2u);
    EXPECT_EQ(records[1].header.kind, MODKEEPER_RECORD_LOAD_BEGIN);
    EXPECT_EQ(records[1].text(records[1].body.rule), "10-cve.rules:2");
    EXPECT_EQ(records[1].body.decision_sequence, records[0].header.sequence);
    EXPECT_EQ(records[2].header.kind, MODKEEPER_RECORD_LOAD_LIVE);
    EXPECT_TRUE(fake::notices().empty());
    EXPECT_EQ(query("rxrpc").image.load_count, 1u);
}

// Another listener refuses what our policy would have denied: that is a veto.
TEST_F(PolicyGate, VetoOfAnotherListenerIsNoPolicy) {
    denies("rxrpc");
    set_mode(audit);
    begin_load();
    mk_module module = module_named("rxrpc");
    module.state = MODKEEPER_STATE_COMING;
    EXPECT_EQ(mk_core_module_coming(&module), 0);
    mk_core_module_going(&module);
    return_with(eacces);
    EXPECT_EQ(last_of(read_all(), MODKEEPER_RECORD_LOAD_FAILED).body.stage,
              static_cast<__u32>(MODKEEPER_STAGE_VETO));
}

TEST_F(PolicyGate, WarningIsRecordedInEnforceToo) {
    set(WrittenPolicy().add({warn, {"zram"}, {}, {}, "watch"}));
    read_all();
    EXPECT_EQ(come("zram"), 0);
    auto records = read_all();
    ASSERT_GE(records.size(), 2u);
    EXPECT_EQ(body_of(records[0]).outcome, static_cast<__u32>(MODKEEPER_POLICY_VERDICT_WOULD_DENY));
    EXPECT_EQ(body_of(records[0]).gate_mode, static_cast<__u32>(enforce));
}

TEST_F(PolicyGate, ModuleWithDashesInItsNameIsTheSame) {
    denies("esp4_offload");
    EXPECT_EQ(come("esp4-offload"), eacces);
    EXPECT_EQ(come("esp4_offload"), eacces);
    EXPECT_EQ(come("esp4_offloa"), 0);
}

TEST_F(PolicyGate, FactsOfTheModule) {
    mk_module plain = module_named("m");
    plain.signature = MODKEEPER_SIGNATURE_VALID;
    EXPECT_TRUE(denied_if({MODKEEPER_FACT_SIGNED}, plain));
    EXPECT_FALSE(denied_if({MODKEEPER_FACT_SIGNED, true}, plain));
    mk_module unsigned_one = plain;
    unsigned_one.signature = MODKEEPER_SIGNATURE_NONE;
    EXPECT_TRUE(denied_if({MODKEEPER_FACT_SIGNED, true}, unsigned_one));
    mk_module unknown = plain; // a kernel without signatures
    unknown.signature = MODKEEPER_SIGNATURE_UNKNOWN;
    EXPECT_FALSE(denied_if({MODKEEPER_FACT_SIGNED}, unknown));
    EXPECT_FALSE(denied_if({MODKEEPER_FACT_SIGNED, true}, unknown));
    constexpr std::pair<modkeeper_policy_fact, unsigned> taints[] = {
        {MODKEEPER_FACT_PROPRIETARY, 0}, {MODKEEPER_FACT_FORCED, 1},
        {MODKEEPER_FACT_STAGING, 10},    {MODKEEPER_FACT_OUT_OF_TREE, 12},
        {MODKEEPER_FACT_LIVEPATCH, 15},  {MODKEEPER_FACT_TEST, 18}};
    for (auto [fact, bit] : taints)
        for (auto [other, other_bit] : taints) {
            mk_module tainted = plain;
            tainted.taints = 1ULL << other_bit;
            EXPECT_EQ(denied_if({fact}, tainted), fact == other) << fact << ' ' << bit;
            EXPECT_EQ(denied_if({fact, true}, tainted), fact != other) << fact << ' ' << bit;
        }
    mk_module versioned = plain;
    versioned.srcversion = "ABCD";
    EXPECT_TRUE(denied_if({MODKEEPER_FACT_SRCVERSION, false, "AB*"}, versioned));
    EXPECT_FALSE(denied_if({MODKEEPER_FACT_SRCVERSION, false, "AB*"}, plain));
    EXPECT_TRUE(denied_if({MODKEEPER_FACT_SRCVERSION, true, "AB*"}, plain));
    mk_module with_arguments = plain;
    with_arguments.args = "x=1 debug=1";
    EXPECT_TRUE(denied_if({MODKEEPER_FACT_PARAMETERS, false, "*debug=1"}, with_arguments));
    EXPECT_TRUE(denied_if({MODKEEPER_FACT_PARAMETERS, true, "*debug=1"}, plain));
    // too long to be looked at: not known
    with_arguments.args = std::string(MODKEEPER_POLICY_PARAMETERS_MAX + 1, 'x');
    EXPECT_FALSE(denied_if({MODKEEPER_FACT_PARAMETERS, false, "*"}, with_arguments));
    EXPECT_FALSE(denied_if({MODKEEPER_FACT_PARAMETERS, true, "*"}, with_arguments));
}

// Of a kernel that keeps them to itself.
TEST_F(PolicyGate, ParametersOfTheCall) {
    mk_module module = module_named("m");
    module.tells_args = false;
    auto with = [&](const char *words, WrittenCondition condition) {
        begin_load(words);
        bool denied = denied_if(std::move(condition), module);
        return_with(-13);
        return denied;
    };
    EXPECT_TRUE(with("x=1 debug=1", {MODKEEPER_FACT_PARAMETERS, false, "*debug=1"}));
    EXPECT_TRUE(with("x=1", {MODKEEPER_FACT_PARAMETERS, true, "*debug=1"}));
    // what cannot be read is not known
    fake::set_texts_not_resident(true);
    EXPECT_FALSE(with("x=1", {MODKEEPER_FACT_PARAMETERS, false, "*"}));
    EXPECT_FALSE(with("x=1", {MODKEEPER_FACT_PARAMETERS, true, "*debug=1"}));
}

TEST_F(PolicyGate, FactsOfTheFile) {
    mk_module module = module_named("m");
    auto opened = [&](mk_call_kind kind, const char *path, mk_file_place place) {
        fake::set_file_place(place);
        mk_core_call_began(kind, 0, user_text(""));
        if (path)
            read_file(path, 10);
    };
    auto ends = [] { return_with(-13); };
    constexpr mk_file_place here = {7, 8, 1, false, false};
    // the call is not seen: nothing is known
    for (bool negated : {false, true}) {
        EXPECT_FALSE(denied_if({MODKEEPER_FACT_FROM_MEMORY, negated}, module));
        EXPECT_FALSE(denied_if({MODKEEPER_FACT_PATH, negated, "*"}, module));
        EXPECT_FALSE(denied_if({MODKEEPER_FACT_ON_ROOT_DEVICE, negated}, module));
    }
    auto with = [&](mk_call_kind kind, const char *path, mk_file_place place,
                    WrittenCondition condition) {
        opened(kind, path, place);
        bool denied = denied_if(std::move(condition), module);
        ends();
        return denied;
    };
    EXPECT_TRUE(with(MK_CALL_INIT_MODULE, nullptr, here, {MODKEEPER_FACT_FROM_MEMORY}));
    EXPECT_FALSE(with(MK_CALL_FINIT_MODULE, "/tmp/m.ko", here, {MODKEEPER_FACT_FROM_MEMORY}));
    EXPECT_TRUE(with(MK_CALL_FINIT_MODULE, "/tmp/m.ko", here, {MODKEEPER_FACT_FROM_MEMORY, true}));
    EXPECT_TRUE(
        with(MK_CALL_FINIT_MODULE, "/tmp/m.ko", here, {MODKEEPER_FACT_PATH, false, "/tmp/*"}));
    EXPECT_FALSE(
        with(MK_CALL_FINIT_MODULE, "/opt/m.ko", here, {MODKEEPER_FACT_PATH, false, "/tmp/*"}));
    EXPECT_TRUE(with(MK_CALL_INIT_MODULE, nullptr, here, {MODKEEPER_FACT_PATH, true, "/tmp/*"}));
    mk_file_place on_root = here;
    on_root.on_root_device = true;
    EXPECT_TRUE(with(MK_CALL_FINIT_MODULE, "/a", on_root, {MODKEEPER_FACT_ON_ROOT_DEVICE}));
    EXPECT_TRUE(with(MK_CALL_FINIT_MODULE, "/a", here, {MODKEEPER_FACT_ON_ROOT_DEVICE, true}));
    EXPECT_TRUE(with(MK_CALL_INIT_MODULE, nullptr, here, {MODKEEPER_FACT_ON_ROOT_DEVICE, true}));
    // Where another machine's files may be mounted, or the path is below another root by now,
    // whatever was seen of that.
    fake::set_files_at_paths(false);
    for (bool other_root : {false, true})
        for (bool negated : {false, true})
            EXPECT_FALSE(with(MK_CALL_FINIT_MODULE, "/tmp/m.ko", {7, 8, 1, other_root, true},
                              {MODKEEPER_FACT_PATH, negated, "/tmp/*"}));
}

// A path that does not fit is not known.
TEST_F(PolicyGate, LongPath) {
    const std::string path = "/" + std::string(300, 'd');
    fake::set_file_place({7, 8, 1, false, true});
    for (bool negated : {false, true}) {
        mk_core_call_began(MK_CALL_FINIT_MODULE, 0, user_text(""));
        read_file(path.c_str(), 10);
        EXPECT_FALSE(denied_if({MODKEEPER_FACT_PATH, negated, "*"}, module_named("m")));
        return_with(0);
    }
}

// Whichever policy is in force when it is asked, the path is there, and was compared once.
TEST_F(PolicyGate, PathForAPolicyThatIsJustSet) {
    fake::set_file_place({7, 8, 1, false, true});
    int seen = 0;
    auto sets = [&](int at, const WrittenPolicy &policy) {
        return [this, &seen, at, policy] {
            if (++seen == at)
                set(policy);
        };
    };
    auto about_path = [](const char *pattern) {
        return WrittenPolicy().add({deny, {"*"}, {}, {{MODKEEPER_FACT_PATH, false, pattern}}, "r"});
    };
    auto denied = [&] {
        seen = 0;
        mk_core_call_began(MK_CALL_FINIT_MODULE, 0, user_text(""));
        read_file("/tmp/m.ko", 10);
        int result = come("m");
        return_with(result);
        return result == eacces;
    };
    set(WrittenPolicy().add({deny, {"*"}, {}, {{MODKEEPER_FACT_LIVEPATCH}}, "r"}));
    fake::set_during_paths(sets(0, {}));
    EXPECT_FALSE(denied());
    EXPECT_EQ(seen, 1); // it was taken, and nobody asked
    fake::set_during_paths(sets(1, about_path("/tmp/*")));
    EXPECT_TRUE(denied());
    EXPECT_EQ(seen, 2);
    fake::set_during_paths(sets(2, about_path("/opt/*")));
    EXPECT_FALSE(denied());
    EXPECT_EQ(seen, 2);
}

TEST_F(PolicyGate, FactsOfTheLoader) {
    mk_module module = module_named("m");
    auto is = [&](modkeeper_policy_fact fact) {
        bool yes = denied_if({fact}, module), no = denied_if({fact, true}, module);
        EXPECT_NE(yes, no) << fact;
        return yes;
    };
    fake::set_origin({500, 12, "bash", false});
    EXPECT_FALSE(is(MODKEEPER_FACT_BY_UNPRIVILEGED));
    EXPECT_FALSE(is(MODKEEPER_FACT_BY_CONTAINER));
    EXPECT_FALSE(is(MODKEEPER_FACT_BY_KERNEL));
    EXPECT_FALSE(is(MODKEEPER_FACT_BY_LOGIN));
    EXPECT_FALSE(is(MODKEEPER_FACT_BY_HELPER));
    fake::set_privileges({false, false});
    EXPECT_TRUE(is(MODKEEPER_FACT_BY_UNPRIVILEGED));
    fake::set_uid(0);
    EXPECT_FALSE(is(MODKEEPER_FACT_BY_UNPRIVILEGED));
    fake::set_privileges({true, false});
    fake::set_uid(5);
    EXPECT_TRUE(is(MODKEEPER_FACT_BY_KERNEL));
    EXPECT_FALSE(is(MODKEEPER_FACT_BY_UNPRIVILEGED));
    fake::set_loginuid(1000);
    EXPECT_TRUE(is(MODKEEPER_FACT_BY_LOGIN));
    fake::set_origin({500, 3, "kworker", true});
    EXPECT_TRUE(is(MODKEEPER_FACT_BY_HELPER));
    EXPECT_TRUE(denied_if({MODKEEPER_FACT_BY_UID, false, "", 5, 5}, module));
    EXPECT_FALSE(denied_if({MODKEEPER_FACT_BY_UID, false, "", 6, 100}, module));
    for (auto [user, pid] : {std::pair{false, true}, {true, false}, {false, false}}) {
        // those who set it are elsewhere
        WrittenPolicy policy;
        fake::set_namespaces({1, 2, 3, true, true});
        set(policy.add({deny, {"*"}, {}, {{MODKEEPER_FACT_BY_CONTAINER}}, "r"}));
        fake::set_namespaces({1, 2, 3, user, pid});
        EXPECT_EQ(come(module), eacces);
    }
}

TEST_F(PolicyGate, LoadThatServesNobodyIsForNobody) {
    mk_module module = module_named("m");
    fake::set_origin({500, 12, "bash", false});
    for (unsigned fact = MODKEEPER_FACT_FOR_UNPRIVILEGED; fact <= MODKEEPER_FACT_FOR_UID; fact++) {
        __u32 last = fact == MODKEEPER_FACT_FOR_UID ? ~0U : 0;
        EXPECT_FALSE(denied_if({fact, false, "", 0, last}, module));
        EXPECT_TRUE(denied_if({fact, true, "", 0, last}, module));
    }
    // a helper serves somebody, of whom nothing is known where requests are not seen
    fake::set_origin({500, 3, "kworker", true});
    for (unsigned fact = MODKEEPER_FACT_FOR_UNPRIVILEGED; fact <= MODKEEPER_FACT_FOR_UID; fact++)
        for (bool negated : {false, true})
            EXPECT_FALSE(denied_if({fact, negated, "", 0, fact == MODKEEPER_FACT_FOR_UID ? ~0U : 0},
                                   module));
}

class LoadForSomebody : public PolicyGate {
  protected:
    void SetUp() override {
        PolicyGate::SetUp();
        mk_core_add_features(MODKEEPER_FEATURE_CALLS | MODKEEPER_FEATURE_REQUESTS);
        fake::set_boottime(1000);
    }
    static void asks_as(__u32 uid, mk_privileges privileges) {
        fake::set_origin({500, 12, "sh", false});
        fake::set_uid(uid);
        fake::set_privileges(privileges);
        request("dummy");
        fake::set_uid(0);
        fake::set_privileges({true, false});
    }
    // Of the helper's load. Its rule is about whom it is for.
    bool helper_is(modkeeper_rule_verdict verdict, WrittenCondition condition) {
        mk_module module = module_named("m");
        WrittenPolicy policy;
        policy.add({verdict, {"*"}, {}, {std::move(condition)}, "r"});
        if (verdict == allow)
            policy.otherwise(deny);
        set(policy);
        begin_helper("dummy");
        bool denied = come(module) == eacces;
        return_with(denied ? eacces : 0);
        return denied == (verdict == deny);
    }
};

TEST_F(LoadForSomebody, ItIsForWhoeverAsked) {
    asks_as(1000, {false, false});
    EXPECT_TRUE(helper_is(deny, {MODKEEPER_FACT_FOR_UNPRIVILEGED}));
    EXPECT_FALSE(helper_is(deny, {MODKEEPER_FACT_FOR_UNPRIVILEGED, true}));
    EXPECT_TRUE(helper_is(allow, {MODKEEPER_FACT_FOR_UID, false, "", 1000, 1000}));
    EXPECT_FALSE(helper_is(allow, {MODKEEPER_FACT_FOR_UID, false, "", 0, 0}));
}

// The script that started it has ended, so that the kernel is its parent's parent no more.
TEST_F(LoadForSomebody, ItStaysSoWhenItsParentEnds) {
    asks_as(1000, {false, false});
    for (unsigned fact : {MODKEEPER_FACT_FOR_UNPRIVILEGED, MODKEEPER_FACT_BY_HELPER}) {
        set(WrittenPolicy().add({deny, {"*"}, {}, {{fact}}, "r"}));
        begin_helper("dummy");
        fake::set_origin({1000, 1, "systemd", false});
        EXPECT_EQ(come("m"), eacces) << fact;
        return_with(eacces);
    }
}

// Among equal requests nobody can hide.
TEST_F(LoadForSomebody, DoubtNeverOpens) {
    Others others;
    for (__u32 uid : {0U, 1000U})
        others.add([uid] { asks_as(uid, {uid == 0, false}); }, [] {});
    EXPECT_TRUE(helper_is(deny, {MODKEEPER_FACT_FOR_UNPRIVILEGED}));
    EXPECT_TRUE(helper_is(deny, {MODKEEPER_FACT_FOR_UNPRIVILEGED, true}));
    EXPECT_FALSE(helper_is(allow, {MODKEEPER_FACT_FOR_UNPRIVILEGED}));
    EXPECT_FALSE(helper_is(allow, {MODKEEPER_FACT_FOR_UNPRIVILEGED, true}));
    EXPECT_FALSE(helper_is(allow, {MODKEEPER_FACT_FOR_UID, false, "", 0, 0}));
    EXPECT_TRUE(helper_is(allow, {MODKEEPER_FACT_FOR_UID, false, "", 0, 1000}));
}

// Who asked was killed, so that the helper serves nobody who is known: it may be anybody.
TEST_F(LoadForSomebody, WhoHasGoneIsAnybody) {
    for (bool negated : {false, true}) {
        EXPECT_TRUE(helper_is(deny, {MODKEEPER_FACT_FOR_CONTAINER, negated}));
        EXPECT_FALSE(helper_is(allow, {MODKEEPER_FACT_FOR_CONTAINER, negated}));
    }
    EXPECT_TRUE(helper_is(deny, {MODKEEPER_FACT_FOR_UID, false, "", 7, 7}));
}

// Nor does it open that helpers have taken all places.
TEST_F(LoadForSomebody, WithoutAPlaceItIsForAnybody) {
    Others others;
    asks_as(0, {true, false});
    for (int i = 0; i < 200; i++)
        others.add([&] { begin_helper("dummy"); }, [] { return_with(0); });
    EXPECT_TRUE(helper_is(deny, {MODKEEPER_FACT_FOR_UNPRIVILEGED}));
    EXPECT_FALSE(helper_is(allow, {MODKEEPER_FACT_FOR_UID, false, "", 0, 0}));
}

TEST_F(PolicyGate, WhoAskedIsNamed) {
    denies("rxrpc");
    fake::set_uid(1000);
    request("net-pf-33");
    fake::set_uid(0);
    begin_helper("net-pf-33");
    mk_module module = module_named("rxrpc");
    EXPECT_EQ(load_to_the_end(module), eacces);
    ReadRecord record = last_of(read_all(), MODKEEPER_RECORD_POLICY_DECISION);
    auto decision = body_of(record);
    EXPECT_EQ(record.text(decision.alias), "net-pf-33");
    EXPECT_EQ(decision.link, static_cast<__u32>(MODKEEPER_LINK_CERTAIN));
    EXPECT_EQ(decision.request_uid, 1000u);
    EXPECT_STREQ(decision.request_comm, "fake-task");
    EXPECT_TRUE(record.header.flags & MODKEEPER_RECORD_ANYBODY);
    ASSERT_EQ(fake::notices().size(), 1u);
    EXPECT_NE(fake::notices()[0].find("] uid 0, asked for by fake-task["), std::string::npos);
    EXPECT_NE(fake::notices()[0].find("] uid 1000 (net-pf-33): 10-cve.rules:2"), std::string::npos);
}

// Any user can have denials as often as they like: they fill neither the first ring nor the log,
// and each that is recorded has its end.
TEST_F(PolicyGate, FloodIsBounded) {
    denies("rxrpc");
    mk_module module = module_named("rxrpc");
    for (int i = 0; i < 1000; i++) {
        request("net-pf-33");
        begin_helper("net-pf-33");
        EXPECT_EQ(load_to_the_end(module), eacces);
        mk_core_request_returned();
    }
    auto records = read_all();
    auto decisions = of_kind(records, MODKEEPER_RECORD_POLICY_DECISION);
    EXPECT_GT(decisions, 10u);
    EXPECT_LT(decisions, 200u);
    EXPECT_EQ(of_kind(records, MODKEEPER_RECORD_LOAD_FAILED), decisions);
    for (const ReadRecord &record : records)
        EXPECT_TRUE(record.header.flags & MODKEEPER_RECORD_ANYBODY);
    EXPECT_EQ(fake::notices().size(), 5u);
    EXPECT_EQ(state().denied, 1000u);
}

TEST_F(PolicyGate, LinesOfARuleAreLimitedAndOthersAreNot) {
    set(WrittenPolicy().add({deny, {"a"}, {}, {}, "one"}).add({deny, {"b"}, {}, {}, "two"}));
    for (int i = 0; i < 20; i++)
        come("a");
    EXPECT_EQ(fake::notices().size(), 5u);
    come("b");
    EXPECT_EQ(fake::notices().size(), 6u);
    fake::set_boottime(1000 + 3 * second);
    come("a");
    come("a");
    EXPECT_EQ(fake::notices().size(), 7u);
}

// The name is the file's, the name of the task its own.
TEST_F(PolicyGate, NothingEndsTheLine) {
    set(WrittenPolicy().add({deny, {"*"}, {}, {}, "r"}));
    come("a\nmodkeeper: b\x1b[2J\x7f");
    ASSERT_EQ(fake::notices().size(), 1u);
    EXPECT_EQ(fake::notices()[0].find_first_of("\n\x1b\x7f"), std::string::npos);
    EXPECT_EQ(fake::notices()[0].find("denied a?modkeeper: b?[2J?"), 0u);
}

class RequestGate : public PolicyTestBase {
  protected:
    static modkeeper_record_policy_decision body_of(const ReadRecord &record) {
        return record.as<modkeeper_record_policy_decision>();
    }
    void SetUp() override {
        PolicyTestBase::SetUp();
        mk_core_add_features(MODKEEPER_FEATURE_REQUEST_GATE);
    }
    // Of a task without rights.
    static int ask_for(const char *alias) {
        fake::set_trusted(false);
        int result = mk_core_request_comes(alias);
        fake::set_trusted(true);
        return result;
    }
    void denies_requests(const char *name, std::vector<WrittenCondition> conditions = {},
                         modkeeper_policy_mode mode = enforce) {
        WrittenPolicy policy;
        policy.add({deny,
                    {name},
                    {},
                    std::move(conditions),
                    "10-net.rules:1",
                    "ask an administrator",
                    MODKEEPER_POLICY_GATE_REQUEST});
        modkeeper_policy_set request = request_for(policy.bytes());
        request.load_mode = off;
        request.request_mode = mode;
        ASSERT_EQ(ioctl(MODKEEPER_IOC_POLICY_SET, request), 0);
        read_all();
    }
};

TEST_F(RequestGate, IsToldOfOnlyWhereItIs) {
    EXPECT_EQ(state().gates,
              1U << MODKEEPER_POLICY_GATE_LOAD | 1U << MODKEEPER_POLICY_GATE_REQUEST);
    EXPECT_EQ(mk_core_request_comes("net-pf-33"), 0);
}

TEST_F(RequestGate, DeniedRequestIsADecisionWithItsAlias) {
    denies_requests("net_pf_*");
    EXPECT_EQ(ask_for("net-pf-33"), eacces);
    EXPECT_EQ(ask_for("char-major-10-1"), 0);
    auto records = read_all();
    ASSERT_EQ(records.size(), 1u);
    auto decision = body_of(records[0]);
    EXPECT_EQ(records[0].text(decision.module), "");
    EXPECT_EQ(records[0].text(decision.alias), "net-pf-33");
    EXPECT_EQ(records[0].text(decision.rule), "10-net.rules:1");
    EXPECT_EQ(records[0].text(decision.rule_reason), "ask an administrator");
    EXPECT_EQ(records[0].text(decision.cgroup), "/");
    EXPECT_EQ(decision.gate, static_cast<__u32>(MODKEEPER_POLICY_GATE_REQUEST));
    EXPECT_EQ(decision.gate_mode, static_cast<__u32>(enforce));
    EXPECT_EQ(decision.outcome, static_cast<__u32>(MODKEEPER_POLICY_VERDICT_DENIED));
    EXPECT_EQ(decision.user_namespace, 4026531837u);
    EXPECT_EQ(records[0].header.uid, 1000u);
    EXPECT_TRUE(records[0].header.flags & MODKEEPER_RECORD_ANYBODY);
    ASSERT_EQ(fake::notices().size(), 1u);
    EXPECT_EQ(fake::notices()[0], "denied the request for net-pf-33 by fake-task[" +
                                      std::to_string(getpid()) +
                                      "] uid 1000: 10-net.rules:1 \"ask an administrator\"");
    EXPECT_EQ(state().denied, 1u);
}

TEST_F(RequestGate, RequestsOfThoseWhoMayLoadAreInTheOtherRing) {
    denies_requests("net-pf-33");
    EXPECT_EQ(mk_core_request_comes("net-pf-33"), eacces);
    auto records = read_all();
    ASSERT_EQ(records.size(), 1u);
    EXPECT_FALSE(records[0].header.flags & MODKEEPER_RECORD_ANYBODY);
}

TEST_F(RequestGate, ModesAreThoseOfItsGateAndTheCeilingHolds) {
    denies_requests("net-pf-33", {}, audit);
    EXPECT_EQ(ask_for("net-pf-33"), 0);
    EXPECT_EQ(body_of(last_of(read_all(), MODKEEPER_RECORD_POLICY_DECISION)).outcome,
              static_cast<__u32>(MODKEEPER_POLICY_VERDICT_WOULD_DENY));
    modkeeper_policy_mode_set mode = {MODKEEPER_POLICY_GATE_REQUEST, enforce,
                                      MODKEEPER_POLICY_ANY_GENERATION, 0, 0};
    EXPECT_EQ(ioctl(MODKEEPER_IOC_POLICY_MODE, mode), 0);
    EXPECT_EQ(ask_for("net-pf-33"), eacces);
    mode = {MODKEEPER_POLICY_GATE_REQUEST, off, MODKEEPER_POLICY_ANY_GENERATION, 0, 0};
    EXPECT_EQ(ioctl(MODKEEPER_IOC_POLICY_MODE, mode), 0);
    EXPECT_EQ(ask_for("net-pf-33"), 0);
    EXPECT_EQ(come("net_pf_33"), 0);
    for (modkeeper_policy_mode ceiling : {off, audit}) {
        start_with(ceiling);
        denies_requests("net-pf-33");
        EXPECT_EQ(ask_for("net-pf-33"), 0);
    }
}

TEST_F(RequestGate, WhoAsksIsWhoLoadsAndForWhom) {
    auto is = [&](unsigned fact, __u32 last = 0) {
        denies_requests("*", {{fact, false, "", 0, last}});
        bool yes = ask_for("x");
        denies_requests("*", {{fact, true, "", 0, last}});
        EXPECT_NE(yes, static_cast<bool>(ask_for("x"))) << fact;
        return yes;
    };
    fake::set_origin({500, 12, "bash", false});
    for (unsigned apart :
         {0U, 0U + MODKEEPER_FACT_FOR_UNPRIVILEGED - MODKEEPER_FACT_BY_UNPRIVILEGED}) {
        EXPECT_TRUE(is(MODKEEPER_FACT_BY_UID + apart, 1000));
        EXPECT_FALSE(is(MODKEEPER_FACT_BY_UID + apart, 999));
        EXPECT_FALSE(is(MODKEEPER_FACT_BY_UNPRIVILEGED + apart));
        EXPECT_FALSE(is(MODKEEPER_FACT_BY_KERNEL + apart));
        EXPECT_FALSE(is(MODKEEPER_FACT_BY_HELPER + apart));
        EXPECT_FALSE(is(MODKEEPER_FACT_BY_CONTAINER + apart));
        EXPECT_FALSE(is(MODKEEPER_FACT_BY_LOGIN + apart));
        fake::set_privileges({false, false});
        EXPECT_TRUE(is(MODKEEPER_FACT_BY_UNPRIVILEGED + apart));
        fake::set_privileges({true, false});
        EXPECT_FALSE(is(MODKEEPER_FACT_BY_UNPRIVILEGED + apart));
        EXPECT_TRUE(is(MODKEEPER_FACT_BY_KERNEL + apart));
        fake::set_privileges({false, true});
        fake::set_loginuid(1000);
        EXPECT_TRUE(is(MODKEEPER_FACT_BY_LOGIN + apart));
        fake::set_loginuid(~0U);
        denies_requests("*", {{MODKEEPER_FACT_BY_CONTAINER + apart}});
        fake::set_namespaces({1, 2, 3, false, true});
        EXPECT_EQ(ask_for("x"), eacces);
        fake::set_namespaces({1, 2, 3, true, true});
    }
}

// Any user can ask as often as they like.
TEST_F(RequestGate, FloodIsBounded) {
    denies_requests("*");
    for (int i = 0; i < 100000; i++)
        ASSERT_EQ(ask_for(("net-pf-" + std::to_string(i)).c_str()), eacces);
    auto records = read_all();
    auto decisions = of_kind(records, MODKEEPER_RECORD_POLICY_DECISION);
    EXPECT_GT(decisions, 10u);
    EXPECT_LT(decisions, 1000u);
    EXPECT_LE(fake::notices().size(), 10u);
    EXPECT_EQ(state().denied, 100000u);
    // others are not told less of for it
    fake::set_uid(2000);
    EXPECT_EQ(ask_for("net-pf-1"), eacces);
    EXPECT_EQ(last_of(read_all(), MODKEEPER_RECORD_POLICY_DECISION).header.uid, 2000u);
    mk_core_later();
    EXPECT_GE(of_kind(read_all(), MODKEEPER_RECORD_SUPPRESSED), 1u);
}

TEST_F(RequestGate, TemporaryPermissionLetsOneIn) {
    denies_requests("*");
    modkeeper_policy_temporary request = {};
    request.action = MODKEEPER_PERMISSION_ADD;
    request.gate = MODKEEPER_POLICY_GATE_REQUEST;
    request.uses = 1;
    std::strcpy(request.name, "net-pf-*");
    EXPECT_EQ(ioctl(MODKEEPER_IOC_POLICY_TEMPORARY, request), 0);
    EXPECT_EQ(ask_for("net-pf-33"), 0);
    EXPECT_EQ(ask_for("net-pf-33"), eacces);
    EXPECT_EQ(body_of(last_of(read_all(), MODKEEPER_RECORD_POLICY_DECISION)).permission, 0u);
}

// Aliases are whatever somebody asks for.
TEST_F(RequestGate, NothingEndsTheLine) {
    denies_requests("*");
    EXPECT_EQ(ask_for("x\nmodkeeper: all is well"), eacces);
    ASSERT_EQ(fake::notices().size(), 1u);
    EXPECT_EQ(fake::notices()[0].find('\n'), std::string::npos);
}

} // namespace
