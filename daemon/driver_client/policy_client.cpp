// SPDX-License-Identifier: GPL-2.0-only
#include "driver_client/policy_client.hpp"

#include "base/module_name.hpp"

namespace mk::driver {

Result<std::vector<Permission>> permit_all(PolicyClient &client, PermissionWish wish,
                                           const std::vector<std::string> &names) {
    std::vector<Permission> added;
    for (const auto &name : names) {
        wish.name = name;
        const auto one = client.permit(wish);
        if (!one) {
            for (const auto &before : added)
                static_cast<void>(client.revoke(before.id));
            return Error{one.error().code, quote(name) + ": " + one.error().message};
        }
        added.push_back(one.value());
    }
    return added;
}

Result<PolicySummary> DevicePolicyClient::summary() {
    return policy_summary(TRY(Device::open()));
}

Result<InstalledPolicy> DevicePolicyClient::installed() {
    return installed_policy(TRY(Device::open()));
}

Result<PolicyReply> DevicePolicyClient::ask(const PolicyQuestion &question) {
    return ask_policy(TRY(Device::open()), question);
}

Result<std::uint64_t> DevicePolicyClient::install(const PolicyInstallation &installation) {
    return install_policy(TRY(Device::open()), installation);
}

Result<std::uint64_t> DevicePolicyClient::set_mode(PolicyGate gate, PolicyMode mode) {
    return set_policy_mode(TRY(Device::open()), gate, mode);
}

Result<std::uint64_t> DevicePolicyClient::end_trial(std::uint64_t generation, TrialEnd end) {
    return end_policy_trial(TRY(Device::open()), generation, end);
}

Result<std::uint64_t> DevicePolicyClient::seal() {
    return seal_policy(TRY(Device::open()));
}

Result<Permission> DevicePolicyClient::permit(const PermissionWish &wish) {
    return add_permission(TRY(Device::open()), wish);
}

Result<std::uint64_t> DevicePolicyClient::revoke(std::uint64_t id) {
    return revoke_permission(TRY(Device::open()), id);
}

Result<std::vector<Permission>> DevicePolicyClient::permissions() {
    return driver::permissions(TRY(Device::open()));
}

} // namespace mk::driver
