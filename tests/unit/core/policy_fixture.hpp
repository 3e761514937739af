// SPDX-License-Identifier: GPL-2.0-only
// A driver with a policy, as a program with an open device changes and asks it.
#pragma once

#include <string>

#include "calls_fixture.hpp"
#include "policy_writer.hpp"

constexpr auto allow = MODKEEPER_RULE_ALLOW, deny = MODKEEPER_RULE_DENY, warn = MODKEEPER_RULE_WARN;
constexpr auto off = MODKEEPER_POLICY_MODE_OFF, audit = MODKEEPER_POLICY_MODE_AUDIT,
               enforce = MODKEEPER_POLICY_MODE_ENFORCE;

// The base starts the driver; @start_with starts it again.
class PolicyTestBase : public Calls {
  protected:
    static constexpr unsigned long policy_at = 65536; // in user memory

    void start_with(modkeeper_policy_mode ceiling) {
        stop();
        start(65536, ceiling);
    }
    template <typename T> int ioctl(unsigned request, T &argument) {
        std::memcpy(reinterpret_cast<void *>(user), &argument, sizeof(T));
        int result = static_cast<int>(mk_core_ioctl(reader, request, user));
        std::memcpy(&argument, reinterpret_cast<void *>(user), sizeof(T));
        return result;
    }
    modkeeper_policy_set request_for(const PolicyBytes &policy) {
        modkeeper_policy_set request = {};
        EXPECT_LE(policy.size(), room - policy_at);
        std::memcpy(reinterpret_cast<void *>(user + policy_at), policy.data(), policy.size());
        request.policy = user + policy_at;
        request.size = static_cast<__u32>(policy.size());
        request.expected_generation = MODKEEPER_POLICY_ANY_GENERATION;
        request.load_mode = enforce;
        request.request_mode = enforce;
        return request;
    }
    // The generation.
    __u64 set(const WrittenPolicy &policy, modkeeper_policy_mode mode = enforce) {
        modkeeper_policy_set request = request_for(policy.bytes());
        request.load_mode = mode;
        EXPECT_EQ(ioctl(MODKEEPER_IOC_POLICY_SET, request), 0) << "fault " << request.fault;
        return request.generation;
    }
    int clear() {
        modkeeper_policy_set request = {};
        request.expected_generation = MODKEEPER_POLICY_ANY_GENERATION;
        return ioctl(MODKEEPER_IOC_POLICY_SET, request);
    }
    int set_mode(modkeeper_policy_mode mode, __u64 expected = MODKEEPER_POLICY_ANY_GENERATION) {
        modkeeper_policy_mode_set request = {MODKEEPER_POLICY_GATE_LOAD, mode, expected, 0, 0};
        return ioctl(MODKEEPER_IOC_POLICY_MODE, request);
    }
    modkeeper_policy_get state() {
        modkeeper_policy_get request = {};
        EXPECT_EQ(ioctl(MODKEEPER_IOC_POLICY_GET, request), 0);
        return request;
    }
    modkeeper_policy_test ask(const char *name, __u64 known = 0, __u64 facts = 0) {
        modkeeper_policy_test request = {};
        std::strcpy(request.name, name);
        request.gate = MODKEEPER_POLICY_GATE_LOAD;
        request.known = known;
        request.facts = facts;
        EXPECT_EQ(ioctl(MODKEEPER_IOC_POLICY_TEST, request), 0);
        return request;
    }
    // 0 or -errno of a module that comes; one that is let in goes again.
    int come(mk_module module) {
        module.state = MODKEEPER_STATE_COMING;
        int result = mk_core_module_coming(&module);
        if (!result)
            mk_core_module_going(&module);
        return result;
    }
    int come(const char *name) { return come(module_named(name)); }

    static ReadRecord last_of(const std::vector<ReadRecord> &records, modkeeper_record_kind kind) {
        for (auto at = records.rbegin(); at != records.rend(); ++at)
            if (at->header.kind == kind)
                return *at;
        ADD_FAILURE() << "no record of kind " << kind;
        return {};
    }
};
