// SPDX-License-Identifier: GPL-2.0-only
// The policy in the driver for whoever serves it to others. DevicePolicyClient is the real one;
// tests have their own. Functions, errors and meanings are those of policy_device.hpp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "driver_client/policy_device.hpp"

namespace mk::driver {

class PolicyClient {
  public:
    virtual ~PolicyClient() = default;

    // Cheap: it neither waits nor copies rules.
    virtual Result<PolicySummary> summary() = 0;
    virtual Result<InstalledPolicy> installed() = 0;
    virtual Result<PolicyReply> ask(const PolicyQuestion &question) = 0;
    virtual Result<std::uint64_t> install(const PolicyInstallation &installation) = 0;
    virtual Result<std::uint64_t> set_mode(PolicyGate gate, PolicyMode mode) = 0;
    virtual Result<std::uint64_t> end_trial(std::uint64_t generation, TrialEnd end) = 0;
    virtual Result<std::uint64_t> seal() = 0;
    virtual Result<Permission> permit(const PermissionWish &wish) = 0;
    virtual Result<std::uint64_t> revoke(std::uint64_t id) = 0;
    virtual Result<std::vector<Permission>> permissions() = 0;
};

// One for each of @names, like @wish but for the name: all of them or none.
Result<std::vector<Permission>> permit_all(PolicyClient &client, PermissionWish wish,
                                           const std::vector<std::string> &names);

// Opens the device anew for each call, so that the driver can be unloaded in between.
class DevicePolicyClient final : public PolicyClient {
  public:
    Result<PolicySummary> summary() override;
    Result<InstalledPolicy> installed() override;
    Result<PolicyReply> ask(const PolicyQuestion &question) override;
    Result<std::uint64_t> install(const PolicyInstallation &installation) override;
    Result<std::uint64_t> set_mode(PolicyGate gate, PolicyMode mode) override;
    Result<std::uint64_t> end_trial(std::uint64_t generation, TrialEnd end) override;
    Result<std::uint64_t> seal() override;
    Result<Permission> permit(const PermissionWish &wish) override;
    Result<std::uint64_t> revoke(std::uint64_t id) override;
    Result<std::vector<Permission>> permissions() override;
};

} // namespace mk::driver
