// SPDX-License-Identifier: GPL-2.0-only
// The policy in the driver: what is in force, how to put another one there, and what it says.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "driver_client/device.hpp"
#include "driver_client/record_types.hpp"

namespace mk::driver {

struct InstalledRule {
    std::string id;
    std::string reason;
    PolicyGate gate = PolicyGate::Unknown;
    std::string verdict;    // "allow", "deny", "warn"
    std::uint64_t hits = 0; // loads and requests that it decided, or warned of
    bool is_default = false;
};

struct PolicySummary {
    std::uint64_t generation = 0; // grows with every change; 0: there never was one
    bool is_there = false;
    std::string digest; // SHA-256 of its text, in hexadecimal digits
    std::uint32_t rule_count = 0;
    // As asked for. What holds is the lower one of these and the ceiling.
    PolicyMode load_mode = PolicyMode::Off;
    PolicyMode request_mode = PolicyMode::Off;
    PolicyMode ceiling = PolicyMode::Off;
    bool judges_requests = false; // the driver asks it about requests too
    std::uint64_t denied = 0;     // since the driver was loaded
    std::uint64_t would_deny = 0;
    bool is_sealed = false;                     // nothing changes it until the machine is rebooted
    std::optional<std::uint64_t> trial_left_ns; // nothing: no trial runs

    PolicyMode mode_of_loads() const { return load_mode < ceiling ? load_mode : ceiling; }
    PolicyMode mode_of_requests() const { return request_mode < ceiling ? request_mode : ceiling; }
};

struct InstalledPolicy : PolicySummary {
    std::string release; // of the kernel that it was compiled for
    std::vector<InstalledRule> rules;
};

// Failed: a driver of before ABI 1.1 has no policy.
Result<PolicySummary> policy_summary(const Device &device);
Result<InstalledPolicy> installed_policy(const Device &device);

// Nothing changes the policy any more until the machine is rebooted. Its generation. NotFound:
// there is no policy.
Result<std::uint64_t> seal_policy(const Device &device);

// Lets in, for a while, what a rule denies.
struct Permission {
    std::uint64_t id = 0;
    std::string name; // pattern
    PolicyGate gate = PolicyGate::Load;
    std::uint64_t until_boottime_ns = 0; // 0: it does not end by time
    std::uint32_t uses_left = 0;         // 0: they are not counted
};

// What is asked for; both may be 0.
struct PermissionWish {
    std::string name;
    PolicyGate gate = PolicyGate::Load;
    std::uint64_t for_ns = 0;
    std::uint32_t uses = 0;
};

// The new one. NotAuthorized as install_policy(); InvalidArgument: the name or the time; Failed:
// there are too many.
Result<Permission> add_permission(const Device &device, const PermissionWish &wish);
// Its number. NotFound: there is none with it, or it is over.
Result<std::uint64_t> revoke_permission(const Device &device, std::uint64_t id);
// Those that are not over.
Result<std::vector<Permission>> permissions(const Device &device);

struct PolicyInstallation {
    std::string block; // struct modkeeper_policy; empty: there is to be no policy any more
    PolicyMode load_mode = PolicyMode::Off;
    PolicyMode request_mode = PolicyMode::Off;
    // Nothing: whatever is there is replaced.
    std::optional<std::uint64_t> expected_generation;
    // Not 0: the driver puts the policy before it back, unless it is kept within this time.
    std::uint64_t confirm_ns = 0;
};

// Its generation. NotAuthorized without CAP_SYS_MODULE in the initial namespaces; InvalidArgument:
// what is wrong with the block, and where; InUse: a trial runs; Failed: somebody else was faster.
Result<std::uint64_t> install_policy(const Device &device, const PolicyInstallation &installation);

// Its generation. NotFound: there is no policy.
Result<std::uint64_t> set_policy_mode(const Device &device, PolicyGate gate, PolicyMode mode);

enum class TrialEnd : std::uint8_t { Keep, RollBack };

// Its generation. Timeout: it was rolled back already, and the message says how long ago; NotFound:
// this is no trial.
Result<std::uint64_t> end_policy_trial(const Device &device, std::uint64_t generation,
                                       TrialEnd end);

// About a load by a task like this, or a request. Unless it says otherwise, it is a load of a
// signed module of the kernel, from a file, by root.
struct PolicyQuestion {
    PolicyGate gate = PolicyGate::Load;
    std::string name; // of the module, or what is requested
    bool is_signed = true;
    bool is_out_of_tree = false;
    bool is_from_memory = false;
    std::string parameters;
    std::uint32_t uid = 0;
    bool is_privileged = true; // has one of the rights over modules, the system or the network
    bool is_in_container = false;
    // That is the task for which the kernel has the module loaded, not the one that loads it.
    bool is_for_task = false;
    // For whom the daemon loads it, as root; nothing: it is for nobody else.
    std::optional<JobCaller> client = {};
};

// The same of a load by the daemon, for a task like that.
PolicyQuestion for_client(PolicyQuestion question);

struct PolicyReply {
    PolicyMode mode = PolicyMode::Off; // which holds
    PolicyVerdict verdict = PolicyVerdict::Unknown;
    std::string rule_verdict; // of the rule, in whatever mode: "allow", "deny", "warn"
    std::string rule;         // "": none decided
    std::string reason;
    std::uint64_t permission = 0; // which lets it in whatever the rule says; 0: none does
};

// Whether anything is refused for its rules at the gate of loads; no, if that cannot be told.
bool is_enforced(const Device &device);

// Nothing is recorded or counted.
Result<PolicyReply> ask_policy(const Device &device, const PolicyQuestion &question);

} // namespace mk::driver
