// SPDX-License-Identifier: GPL-2.0-only
// Rules about whom a module is loaded for, where its loader has stated a client.
#include "policy_fixture.hpp"

namespace {

constexpr int eacces = -13;
constexpr __u32 seen = MODKEEPER_CLIENT_SEEN, container = MODKEEPER_CLIENT_CONTAINER,
                there = MODKEEPER_CLIENT_THERE;

class PolicyClient : public PolicyTestBase {
  protected:
    void SetUp() override {
        PolicyTestBase::SetUp();
        mk_core_add_features(MODKEEPER_FEATURE_CALLS | MODKEEPER_FEATURE_REQUESTS);
        fake::set_uid(0);
    }
    static modkeeper_client client(__u32 uid, __u32 flags = seen, __u32 loginuid = ~0U) {
        modkeeper_client client = {};
        client.pid = 812;
        client.uid = uid;
        client.loginuid = loginuid;
        client.flags = flags;
        std::strcpy(client.comm, "busctl");
        std::strcpy(client.cgroup, "/user.slice");
        return client;
    }
    void state(modkeeper_client client) { ASSERT_EQ(ioctl(MODKEEPER_IOC_CLIENT, client), 0); }
    void set_rule(modkeeper_rule_verdict verdict, WrittenCondition condition) {
        WrittenPolicy policy;
        policy.add({verdict, {"*"}, {}, {std::move(condition)}, "r"});
        if (verdict == allow)
            policy.otherwise(deny);
        set(policy);
    }
    // Does the only rule, which has this condition, decide about a load of this process?
    bool decides(modkeeper_rule_verdict verdict, WrittenCondition condition) {
        set_rule(verdict, std::move(condition));
        begin_load();
        bool denied = come("m") == eacces;
        return_with(denied ? eacces : 0);
        return denied == (verdict == deny);
    }
    // Certainly one or the other, whatever the rule decides.
    bool is(unsigned fact, __u32 first = 0, __u32 last = 0) {
        bool yes = decides(deny, {fact, false, "", first, last});
        EXPECT_NE(yes, decides(deny, {fact, true, "", first, last})) << fact;
        EXPECT_EQ(yes, decides(allow, {fact, false, "", first, last})) << fact;
        EXPECT_NE(yes, decides(allow, {fact, true, "", first, last})) << fact;
        return yes;
    }
    // It may be the one or the other, and neither lets anything in.
    bool is_in_doubt(unsigned fact) {
        for (bool negated : {false, true})
            if (!decides(deny, {fact, negated}) || decides(allow, {fact, negated}))
                return false;
        return true;
    }
    bool is_for(__u32 uid) { return is(MODKEEPER_FACT_FOR_UID, uid, uid); }
};

TEST_F(PolicyClient, ItIsForTheClient) {
    state(client(1000));
    EXPECT_TRUE(is_for(1000));
    EXPECT_FALSE(is_for(0));
    EXPECT_TRUE(is(MODKEEPER_FACT_FOR_UNPRIVILEGED));
    for (unsigned fact : {MODKEEPER_FACT_FOR_CONTAINER, MODKEEPER_FACT_FOR_KERNEL,
                          MODKEEPER_FACT_FOR_LOGIN, MODKEEPER_FACT_FOR_HELPER})
        EXPECT_FALSE(is(fact)) << fact;
    state(client(0, seen | container, 1000));
    EXPECT_TRUE(is_for(0));
    EXPECT_FALSE(is(MODKEEPER_FACT_FOR_UNPRIVILEGED));
    EXPECT_TRUE(is(MODKEEPER_FACT_FOR_CONTAINER));
    EXPECT_TRUE(is(MODKEEPER_FACT_FOR_LOGIN));
}

TEST_F(PolicyClient, WhatWasNotSeenOfItIsInDoubt) {
    state(client(1000, 0, 1000));
    EXPECT_TRUE(is_in_doubt(MODKEEPER_FACT_FOR_CONTAINER));
    EXPECT_TRUE(is_in_doubt(MODKEEPER_FACT_FOR_LOGIN));
    EXPECT_TRUE(is_for(1000));
    EXPECT_TRUE(is(MODKEEPER_FACT_FOR_UNPRIVILEGED));
    EXPECT_FALSE(is(MODKEEPER_FACT_FOR_KERNEL));
    EXPECT_FALSE(is(MODKEEPER_FACT_FOR_HELPER));
}

TEST_F(PolicyClient, RootWithoutAProcessIsNotNobody) {
    auto root = client(0, there);
    root.pid = 0;
    state(root);
    EXPECT_TRUE(is_for(0));
    EXPECT_TRUE(is_in_doubt(MODKEEPER_FACT_FOR_CONTAINER));
    EXPECT_TRUE(is_in_doubt(MODKEEPER_FACT_FOR_LOGIN));
    fake::set_origin({501, 12, "bash", false});
    EXPECT_FALSE(is(MODKEEPER_FACT_FOR_UID, 0, ~0U));
}

TEST_F(PolicyClient, TheLoaderStaysTheLoader) {
    state(client(1000, seen | container, 1000));
    EXPECT_TRUE(is(MODKEEPER_FACT_BY_UID, 0, 0));
    for (unsigned fact :
         {MODKEEPER_FACT_BY_UNPRIVILEGED, MODKEEPER_FACT_BY_CONTAINER, MODKEEPER_FACT_BY_KERNEL,
          MODKEEPER_FACT_BY_LOGIN, MODKEEPER_FACT_BY_HELPER})
        EXPECT_FALSE(is(fact)) << fact;
}

TEST_F(PolicyClient, ItEndsWithItsStatement) {
    state(client(1000));
    EXPECT_TRUE(is_for(1000));
    state(client(1001));
    EXPECT_FALSE(is_for(1000));
    EXPECT_TRUE(is_for(1001));
    state(modkeeper_client{});
    EXPECT_FALSE(is(MODKEEPER_FACT_FOR_UID, 0, ~0U));
}

TEST_F(PolicyClient, OtherProcessesHaveNone) {
    state(client(1000));
    fake::set_origin({501, 12, "bash", false});
    EXPECT_FALSE(is(MODKEEPER_FACT_FOR_UID, 0, ~0U));
}

// Only root of the machine can be anybody: what others state may be true of themselves as well.
TEST_F(PolicyClient, NobodyGetsMoreByAStatement) {
    state(client(0));
    fake::set_uid(1000);
    EXPECT_FALSE(decides(allow, {MODKEEPER_FACT_FOR_UID, false, "", 0, 0}));
    EXPECT_FALSE(decides(allow, {MODKEEPER_FACT_FOR_UID, true, "", 1000, 1000}));
    EXPECT_TRUE(decides(deny, {MODKEEPER_FACT_FOR_UID, false, "", 1000, 1000}));
    EXPECT_TRUE(decides(deny, {MODKEEPER_FACT_FOR_UID, false, "", 0, 0}));
    EXPECT_TRUE(decides(allow, {MODKEEPER_FACT_FOR_UID, false, "", 0, 1000}));
    fake::set_loginuid(1000);
    EXPECT_TRUE(is_in_doubt(MODKEEPER_FACT_FOR_LOGIN));
    fake::set_loginuid(~0U);
    fake::set_uid(0);
    EXPECT_TRUE(is_for(0));
    for (auto [user, pid] : {std::pair{false, true}, {true, false}}) {
        // Who is in a container sets no policy.
        auto denied = [this, user = user, pid = pid](bool negated) {
            fake::set_namespaces({1, 2, 3, true, true});
            set_rule(allow, {MODKEEPER_FACT_FOR_CONTAINER, negated});
            fake::set_namespaces({1, 2, 3, user, pid});
            return come("m") == eacces;
        };
        EXPECT_TRUE(denied(false));
        EXPECT_TRUE(denied(true));
    }
}

// The kernel says for whom it started a program, which cannot say that it is for another.
TEST_F(PolicyClient, AHelperIsForWhoeverAsked) {
    fake::set_boottime(1000);
    fake::set_uid(1000);
    fake::set_privileges({false, false});
    request("dummy");
    fake::set_uid(0);
    fake::set_privileges({false, true});
    set_rule(deny, {MODKEEPER_FACT_FOR_UID, false, "", 1000, 1000});
    fake::set_origin({1000, 3, "kworker/u4:1", true});
    state(client(0));
    begin_helper("dummy");
    EXPECT_EQ(come("m"), eacces);
    return_with(eacces);
}

// A kernel may not let the driver see calls.
TEST_F(PolicyClient, ItNeedsNoCall) {
    state(client(1000));
    set_rule(deny, {MODKEEPER_FACT_FOR_UID, false, "", 1000, 1000});
    EXPECT_EQ(come("m"), eacces);
    set_rule(deny, {MODKEEPER_FACT_FOR_UID, false, "", 0, 999});
    EXPECT_EQ(come("m"), 0);
}

TEST_F(PolicyClient, RequestsHaveNone) {
    state(client(1000));
    mk_core_add_features(MODKEEPER_FEATURE_REQUEST_GATE);
    set(WrittenPolicy().add({deny,
                             {"*"},
                             {},
                             {{MODKEEPER_FACT_FOR_UID, false, "", 1000, 1000}},
                             "r",
                             "",
                             MODKEEPER_POLICY_GATE_REQUEST}));
    EXPECT_EQ(mk_core_request_comes("net-pf-33"), 0);
}

TEST_F(PolicyClient, RecordAndLogSayWhoAsked) {
    for (__u32 pid : {812U, 0U}) {
        auto stated = client(1000, seen, 1001);
        stated.pid = pid;
        state(stated);
        set_rule(deny, {MODKEEPER_FACT_FOR_UNPRIVILEGED});
        read_all();
        begin_load();
        EXPECT_EQ(come("m"), eacces);
        return_with(eacces);
        ReadRecord record = last_of(read_all(), MODKEEPER_RECORD_POLICY_DECISION);
        auto decision = record.as<modkeeper_record_policy_decision>();
        EXPECT_EQ(decision.client_pid, pid);
        EXPECT_EQ(decision.client_uid, 1000u);
        EXPECT_EQ(decision.client_loginuid, 1001u);
        EXPECT_STREQ(decision.client_comm, "busctl");
        EXPECT_EQ(record.text(decision.client_cgroup), "/user.slice");
        ASSERT_FALSE(fake::notices().empty());
        std::string line = fake::notices().back();
        EXPECT_NE(line.find(pid ? "] uid 0, asked for by busctl[812] uid 1000: r"
                                : "] uid 0, asked for by uid 1000: r"),
                  std::string::npos)
            << line;
    }
}

} // namespace
