// SPDX-License-Identifier: GPL-2.0-only
// Temporary permissions: what they let in, how each ends, and that nothing else ends one.
#include <atomic>
#include <thread>

#include "policy_fixture.hpp"

namespace {

constexpr int eperm = -1, enoent = -2, enomem = -12, eacces = -13, einval = -22, enospc = -28;
constexpr __u64 second = 1000ULL * 1000 * 1000;

class Permissions : public PolicyTestBase {
  protected:
    static modkeeper_policy_temporary asks_for(const char *name, __u64 for_ns = 0, __u32 uses = 0) {
        modkeeper_policy_temporary request = {};
        request.action = MODKEEPER_PERMISSION_ADD;
        request.gate = MODKEEPER_POLICY_GATE_LOAD;
        request.for_ns = for_ns;
        request.uses = uses;
        std::string_view(name).copy(request.name, sizeof(request.name));
        return request;
    }
    int temporary(modkeeper_policy_temporary &request) {
        return ioctl(MODKEEPER_IOC_POLICY_TEMPORARY, request);
    }
    // Its id.
    __u64 permit(const char *name, __u64 for_ns = 0, __u32 uses = 0) {
        modkeeper_policy_temporary request = asks_for(name, for_ns, uses);
        EXPECT_EQ(temporary(request), 0);
        EXPECT_NE(request.id, 0u);
        return request.id;
    }
    int revoke(__u64 id) {
        modkeeper_policy_temporary request = {};
        request.action = MODKEEPER_PERMISSION_REVOKE;
        request.id = id;
        return temporary(request);
    }
    std::vector<modkeeper_permission> list() {
        modkeeper_policy_temporary request = {};
        request.action = MODKEEPER_PERMISSION_LIST;
        request.buffer = user + policy_at;
        request.buffer_size = MODKEEPER_PERMISSIONS_MAX * sizeof(modkeeper_permission);
        EXPECT_EQ(temporary(request), 0);
        auto *first = reinterpret_cast<const modkeeper_permission *>(user + policy_at);
        return {first, first + request.count};
    }
    __u64 deny_all() {
        return set(WrittenPolicy().add({deny, {"*"}, {}, {}, "all", "not listed"}));
    }
};

std::vector<const modkeeper_record_policy_change *> changes(const std::vector<ReadRecord> &records,
                                                            modkeeper_policy_change what) {
    std::vector<const modkeeper_record_policy_change *> found;
    for (const ReadRecord &record : records)
        if (record.header.kind == MODKEEPER_RECORD_POLICY_CHANGE &&
            record.as<modkeeper_record_policy_change>().policy_change == what)
            found.push_back(&record.as<modkeeper_record_policy_change>());
    return found;
}

TEST_F(Permissions, LetsInWhatARuleDeniesAndSaysSo) {
    deny_all();
    EXPECT_EQ(come("mk_base"), eacces);
    __u64 id = permit("mk-b*");
    read_all();
    EXPECT_EQ(come("mk_base"), 0);
    EXPECT_EQ(come("mk_user"), eacces);
    auto records = read_all();
    ASSERT_GE(records.size(), 2u);
    auto &decision = records[0].as<modkeeper_record_policy_decision>();
    EXPECT_EQ(decision.outcome, static_cast<__u32>(MODKEEPER_POLICY_VERDICT_ALLOWED));
    EXPECT_EQ(decision.permission, id);
    EXPECT_EQ(records[0].text(decision.rule), "all");
    EXPECT_EQ(records[1].header.kind, MODKEEPER_RECORD_LOAD_BEGIN);
    EXPECT_EQ(state().denied, 2u);
}

TEST_F(Permissions, IsRecordedAndListed) {
    set(WrittenPolicy().add({deny, {"a"}, {}, {}, "r"}));
    fake::set_boottime(100 * second);
    __u64 id = permit("mk_base", 600 * second, 3);
    ReadRecord record = last_of(read_all(), MODKEEPER_RECORD_POLICY_CHANGE);
    auto &body = record.as<modkeeper_record_policy_change>();
    EXPECT_EQ(body.policy_change, static_cast<__u32>(MODKEEPER_POLICY_CHANGE_PERMITTED));
    EXPECT_EQ(record.text(body.permission_name), "mk_base");
    EXPECT_EQ(body.permission, id);
    EXPECT_EQ(body.until_boottime_ns, 700 * second);
    EXPECT_EQ(body.uses_left, 3u);
    EXPECT_EQ(body.gate, static_cast<__u32>(MODKEEPER_POLICY_GATE_LOAD));
    EXPECT_EQ(body.policy_generation, 1u);
    EXPECT_EQ(body.rule_count, 1u);
    auto listed = list();
    ASSERT_EQ(listed.size(), 1u);
    EXPECT_EQ(listed[0].id, id);
    EXPECT_STREQ(listed[0].name, "mk_base");
    EXPECT_EQ(listed[0].until_boottime_ns, 700 * second);
    EXPECT_EQ(listed[0].uses_left, 3u);
    // no change of the policy
    EXPECT_EQ(state().generation, 1u);
}

TEST_F(Permissions, EndsByTime) {
    deny_all();
    fake::set_boottime(100 * second);
    __u64 id = permit("mk_base", 10 * second);
    EXPECT_GT(fake::asked_later(), 0);
    fake::set_boottime(110 * second - 1);
    mk_core_later();
    EXPECT_EQ(come("mk_base"), 0);
    fake::set_boottime(110 * second);
    EXPECT_EQ(come("mk_base"), eacces);
    EXPECT_TRUE(list().empty());
    EXPECT_EQ(revoke(id), enoent);
    mk_core_later();
    auto records = read_all();
    auto ended = changes(records, MODKEEPER_POLICY_CHANGE_EXPIRED);
    ASSERT_EQ(ended.size(), 1u);
    EXPECT_EQ(ended[0]->permission, id);
    mk_core_later();
    EXPECT_TRUE(changes(read_all(), MODKEEPER_POLICY_CHANGE_EXPIRED).empty());
}

TEST_F(Permissions, AsksAgainAsLongAsATimeRuns) {
    fake::set_boottime(100 * second);
    permit("a", 10 * second);
    long asked = fake::asked_later();
    mk_core_later();
    EXPECT_EQ(fake::asked_later(), asked + 1);
    fake::set_boottime(111 * second);
    mk_core_later();
    mk_core_later();
    EXPECT_EQ(fake::asked_later(), asked + 1);
    permit("b");
    mk_core_later();
    EXPECT_EQ(fake::asked_later(), asked + 1);
}

TEST_F(Permissions, UsesAreSpentByWhatWouldBeDenied) {
    set(WrittenPolicy().add({allow, {"free"}, {}, {}, "one"}).add({deny, {"*"}, {}, {}, "two"}));
    permit("*", 0, 2);
    EXPECT_EQ(come("free"), 0);
    EXPECT_EQ(list()[0].uses_left, 2u);
    EXPECT_EQ(ask("a").verdict, static_cast<__u32>(MODKEEPER_POLICY_VERDICT_ALLOWED));
    EXPECT_NE(ask("a").permission, 0u);
    EXPECT_EQ(ask("a").rule_verdict, static_cast<__u32>(deny));
    EXPECT_EQ(come("a"), 0);
    EXPECT_EQ(list()[0].uses_left, 1u);
    EXPECT_EQ(come("b"), 0);
    EXPECT_EQ(come("b"), eacces);
    EXPECT_TRUE(list().empty());
    EXPECT_EQ(ask("a").verdict, static_cast<__u32>(MODKEEPER_POLICY_VERDICT_DENIED));
    EXPECT_EQ(ask("a").permission, 0u);
    mk_core_later();
    auto records = read_all();
    ASSERT_EQ(changes(records, MODKEEPER_POLICY_CHANGE_EXPIRED).size(), 1u);
    EXPECT_EQ(changes(records, MODKEEPER_POLICY_CHANGE_EXPIRED)[0]->uses_left, 0u);
}

TEST_F(Permissions, AuditSpendsAsEnforceDoesAndOffDoesNot) {
    deny_all();
    permit("a", 0, 1);
    set_mode(off);
    EXPECT_EQ(come("a"), 0);
    EXPECT_EQ(list().size(), 1u);
    set_mode(audit);
    EXPECT_EQ(come("a"), 0);
    EXPECT_EQ(state().would_deny, 0u);
    EXPECT_EQ(come("a"), 0);
    EXPECT_EQ(state().would_deny, 1u);
}

TEST_F(Permissions, UncountedOneGoesFirst) {
    deny_all();
    permit("a", 0, 1);
    __u64 free = permit("a");
    EXPECT_EQ(come("a"), 0);
    EXPECT_EQ(list().size(), 2u);
    EXPECT_EQ(revoke(free), 0);
    EXPECT_EQ(come("a"), 0);
    EXPECT_EQ(come("a"), eacces);
}

TEST_F(Permissions, OneUseIsForOneOfManyAtATime) {
    deny_all();
    constexpr int rounds = 200, threads = 4;
    for (int round = 0; round < rounds; round++) {
        permit("raced", 0, 2);
        std::atomic<int> let_in = 0, ready = 0;
        std::vector<std::thread> loaders;
        for (int i = 0; i < threads; i++)
            loaders.emplace_back([&] {
                mk_module module;
                module.name = "raced";
                module.state = MODKEEPER_STATE_COMING;
                for (ready++; ready < threads;)
                    ;
                if (!mk_core_module_coming(&module)) {
                    mk_core_module_going(&module);
                    let_in++;
                }
            });
        for (std::thread &loader : loaders)
            loader.join();
        ASSERT_EQ(let_in, 2);
    }
}

TEST_F(Permissions, AnotherPolicyAndATrialEndNone) {
    permit("a");
    deny_all();
    EXPECT_EQ(come("a"), 0);
    deny_all();
    EXPECT_EQ(come("a"), 0);
    fake::set_boottime(100 * second);
    modkeeper_policy_set request =
        request_for(WrittenPolicy().add({deny, {"a"}, {}, {}, "t"}).bytes());
    request.confirm_ns = second;
    EXPECT_EQ(ioctl(MODKEEPER_IOC_POLICY_SET, request), 0);
    EXPECT_EQ(come("a"), 0);
    // while it runs
    permit("b");
    fake::set_boottime(102 * second);
    mk_core_later();
    EXPECT_EQ(come("a"), 0);
    EXPECT_EQ(come("b"), 0);
    EXPECT_EQ(clear(), 0);
    EXPECT_EQ(list().size(), 2u);
}

TEST_F(Permissions, IsTakenBack) {
    deny_all();
    __u64 first = permit("a"), second_one = permit("a");
    EXPECT_NE(first, second_one);
    EXPECT_EQ(revoke(first), 0);
    EXPECT_EQ(revoke(first), enoent);
    EXPECT_EQ(come("a"), 0);
    EXPECT_EQ(revoke(second_one), 0);
    EXPECT_EQ(come("a"), eacces);
    auto records = read_all();
    EXPECT_EQ(changes(records, MODKEEPER_POLICY_CHANGE_REVOKED).size(), 2u);
    EXPECT_GT(permit("a"), second_one);
}

TEST_F(Permissions, AreAsManyAsThereIsRoomFor) {
    fake::set_boottime(100 * second);
    for (int i = 0; i < MODKEEPER_PERMISSIONS_MAX; i++)
        permit("a", i ? 0 : second);
    modkeeper_policy_temporary request = asks_for("a");
    EXPECT_EQ(temporary(request), enospc);
    EXPECT_EQ(list().size(), static_cast<size_t>(MODKEEPER_PERMISSIONS_MAX));
    // one that is over makes room
    fake::set_boottime(101 * second);
    permit("a");
    request = {};
    request.action = MODKEEPER_PERMISSION_LIST;
    EXPECT_EQ(temporary(request), 0);
    EXPECT_EQ(request.count, static_cast<__u32>(MODKEEPER_PERMISSIONS_MAX));
    request.buffer = user + policy_at;
    request.buffer_size = MODKEEPER_PERMISSIONS_MAX * sizeof(modkeeper_permission) - 1;
    EXPECT_EQ(temporary(request), enospc);
}

TEST_F(Permissions, RightsAreThoseOfThePolicyAndReadingIsForAll) {
    deny_all();
    __u64 id = permit("a");
    auto refused = [&] {
        modkeeper_policy_temporary request = asks_for("b");
        EXPECT_EQ(temporary(request), eperm);
        EXPECT_EQ(revoke(id), eperm);
        EXPECT_EQ(list().size(), 1u);
    };
    fake::set_may_load(false);
    refused();
    fake::set_may_load(true);
    fake::set_namespaces({1, 2, 3, true, false});
    refused();
}

TEST_F(Permissions, WhatIsNotExplainedIsRefused) {
    auto add = [&](auto change) {
        modkeeper_policy_temporary request = asks_for("a");
        change(request);
        return temporary(request);
    };
    EXPECT_EQ(add([](auto &request) { request.action = 4; }), einval);
    EXPECT_EQ(add([](auto &request) { request.action = 0; }), einval);
    EXPECT_EQ(add([](auto &request) { request.flags = 1; }), einval);
    EXPECT_EQ(add([](auto &request) { request.id = 1; }), einval);
    EXPECT_EQ(add([](auto &request) { request.gate = 0; }), einval);
    EXPECT_EQ(add([](auto &request) { request.gate = 3; }), einval);
    EXPECT_EQ(add([](auto &request) { request.buffer = 1; }), einval);
    EXPECT_EQ(add([](auto &request) { request.buffer_size = 1; }), einval);
    EXPECT_EQ(add([](auto &request) { request.reserved[0] = 1; }), einval);
    EXPECT_EQ(add([](auto &request) { request.reserved[1] = 1; }), einval);
    EXPECT_EQ(add([](auto &request) { request.for_ns = MODKEEPER_PERMISSION_FOR_MAX_NS + 1; }),
              einval);
    EXPECT_EQ(add([](auto &request) { request.name[0] = 0; }), einval);
    EXPECT_EQ(add([](auto &request) { std::memset(request.name, 'a', 64); }), einval);
    EXPECT_EQ(add([](auto &request) { std::memset(request.name, 'a', 56); }), einval);
    EXPECT_EQ(add([](auto &request) { std::strcpy(request.name, "a b"); }), einval);
    EXPECT_EQ(add([](auto &request) { std::strcpy(request.name, "a[b"); }), einval);
    EXPECT_EQ(add([](auto &request) {
                  request.gate = MODKEEPER_POLICY_GATE_REQUEST;
                  std::memset(request.name, 'a', 63);
              }),
              0);
    EXPECT_EQ(revoke(0), einval);
    modkeeper_policy_temporary request = {};
    request.action = MODKEEPER_PERMISSION_LIST;
    request.uses = 1;
    EXPECT_EQ(temporary(request), einval);
    fake::fail_allocation(1);
    request = asks_for("a");
    EXPECT_EQ(temporary(request), enomem);
    EXPECT_EQ(list().size(), 1u);
}

} // namespace
