// SPDX-License-Identifier: GPL-2.0-only
#include "policy/ready_policy.hpp"

#include <utility>

#include "policy/compiler.hpp"
#include "policy/digest.hpp"
#include "policy/selectors.hpp"

namespace mk::policy {

Mode mode_at(const Policy &policy, Gate gate) {
    for (const auto &line : policy.modes)
        if (line.gate == gate)
            return line.mode;
    return Mode::Enforce;
}

Result<ReadyPolicy> make_ready(PolicyText rules, const ConfigurationPlaces &places,
                               const std::vector<std::string> &more_devices,
                               const std::string &image_tree) {
    ReadyPolicy ready;
    ready.rules = std::move(rules);
    auto &policy = ready.rules.policy;
    if (!has_errors(ready.rules.findings)) {
        resolve_selectors(policy, places, ready.rules.findings, more_devices, image_tree);
        sort_findings(ready.rules);
    }
    if (has_errors(ready.rules.findings))
        return ready;
    ready.text = TRY(kept_text_of(ready.rules.sources));
    ready.load_mode = mode_at(policy, Gate::Load);
    ready.request_mode = mode_at(policy, Gate::Request);
    if (!ready.is_empty())
        ready.block = TRY(compile(policy, {bytes_of_digest(ready.text.digest), places.release()}));
    return ready;
}

} // namespace mk::policy
