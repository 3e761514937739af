// SPDX-License-Identifier: GPL-2.0-only
// modkeeper policy status: whether there is a policy in the driver, and what it did.
#include <fmt/format.h>

#include "base/printable.hpp"
#include "base/terminal.hpp"
#include "cli/commands/policy/policy.hpp"
#include "driver_client/event_names.hpp"
#include "driver_client/policy_client.hpp"
#include "policy/boot_count.hpp"
#include "policy/learning.hpp"

namespace mk::cli {
namespace {

Json json_of(const driver::InstalledPolicy &policy,
             const std::vector<driver::Permission> &permissions, bool is_held_back) {
    Json list = Json::array();
    for (const auto &permission : permissions)
        list.push_back(cli::json_of(permission));
    return object({{"policy_generation", policy.generation},
                   {"rule_count", policy.rules.size()},
                   {"load_mode", driver::name_of(policy.load_mode)},
                   {"request_mode", driver::name_of(policy.request_mode)},
                   {"ceiling", driver::name_of(policy.ceiling)},
                   {"denied", policy.denied},
                   {"would_deny", policy.would_deny},
                   {"policy_kernel", text_or_null(policy.release)},
                   {"policy_digest", text_or_null(policy.is_there ? policy.digest : "")},
                   {"trial_left_ns", policy.trial_left_ns ? Json(*policy.trial_left_ns) : Json()},
                   {"learning_since", text_or_null(policy::learning_since(policy).value_or(""))},
                   {"sealed", policy.is_sealed},
                   {"held_back_at_boot", is_held_back},
                   {"permissions", list}});
}

std::string mode_text(driver::PolicyMode mode) {
    switch (mode) {
    case driver::PolicyMode::Off:
        return painted("off: no rule is asked", Colour::Yellow);
    case driver::PolicyMode::Audit:
        return painted("audit: what would be denied is recorded, and goes on", Colour::Yellow);
    case driver::PolicyMode::Enforce:
        break;
    }
    return painted("enforce: what is denied does not happen", Colour::Green);
}

std::string text_of(const driver::InstalledPolicy &policy) {
    if (!policy.is_there)
        return fmt::format(
            "There is no policy: every module may be loaded.\n{}",
            policy.denied == 0
                ? ""
                : fmt::format("Before, {} denied.\n", counted(policy.denied, "load") +
                                                          (policy.denied == 1 ? " was" : " were")));
    std::string text = fmt::format("loads    {}\n", mode_text(policy.mode_of_loads()));
    if (policy.judges_requests)
        text += fmt::format("requests {}\n", mode_text(policy.mode_of_requests()));
    if (policy.ceiling < policy.load_mode)
        text += fmt::format("         (asked for: {}; the driver was loaded with policy_mode={})\n",
                            driver::name_of(policy.load_mode), driver::name_of(policy.ceiling));
    text +=
        fmt::format("rules    {}, for kernel {}\n", policy.rules.size(), printable(policy.release));
    text += fmt::format("digest   {}\n", policy.digest);
    constexpr std::uint64_t second = 1'000'000'000;
    if (policy.trial_left_ns)
        text +=
            painted(fmt::format("trial    the policy before it is back in {} s, unless somebody "
                                "types \"modkeeper policy confirm\"\n",
                                *policy.trial_left_ns / second),
                    Colour::Yellow);
    text += fmt::format("denied   {}\n", policy.denied);
    text += fmt::format("allowed  {} that would have been denied\n", policy.would_deny);
    if (const auto since = policy::learning_since(policy))
        text += painted(fmt::format("learning since {}: what no rule decides about goes on, and is "
                                    "recorded\n",
                                    printable(*since)),
                        Colour::Yellow);
    if (policy.is_sealed)
        text += "sealed   nothing changes the policy until the machine is rebooted\n";
    if (!policy.judges_requests)
        text += "requests are not judged by this driver, only loads\n";
    return text;
}

Ended status(const Invocation &invocation) {
    driver::DevicePolicyClient client;
    const auto policy = client.installed();
    if (!policy)
        return Failure{policy.error()};
    const auto permissions = client.permissions();
    if (!permissions)
        return Failure{permissions.error()};
    const bool is_held_back = policy::is_held_back(policy::boot_mark({}), policy.value());
    if (invocation.json) {
        std::fputs(json_text(json_of(policy.value(), permissions.value(), is_held_back)).c_str(),
                   stdout);
        return ExitCode::Ok;
    }
    std::fputs(text_of(policy.value()).c_str(), stdout);
    if (is_held_back)
        fmt::print("boot     {}\n",
                   painted("the last two with these rules did not reach multi-user.target; "
                           "\"modkeeper policy apply\" enforces them again",
                           Colour::Yellow));
    for (const auto &permission : permissions.value())
        fmt::print("permission {}\n", cli::text_of(permission));
    return ExitCode::Ok;
}

} // namespace

void add_policy_status(CLI::App &app, Invocation &invocation) {
    Command command(app, invocation, "status",
                    "Show whether a policy is in force, and how much it denied",
                    "  modkeeper policy status\n"
                    "  modkeeper policy status --json | jq .denied");
    command.runs([&invocation] { return status(invocation); });
}

} // namespace mk::cli
