// SPDX-License-Identifier: GPL-2.0-only
#include "policy/image_policy.hpp"

#include <linux/modkeeper.h>

#include <algorithm>

#include "base/text_file.hpp"
#include "explain/policy_ahead.hpp"
#include "policy/activation.hpp"
#include "policy/judgement.hpp"

namespace mk::policy {

bool image_brings_policy(const std::string &root) {
    const auto text = read_text(root + "/etc/modkeeper/initramfs.conf").value_or("");
    const auto lines = split(text, "\n");
    return std::find(lines.begin(), lines.end(), "policy=yes") != lines.end();
}

std::optional<std::string> note_of_image(const std::string &root) {
    if (!image_brings_policy(root))
        return std::nullopt;
    return "the initramfs goes on with the rules that it has until you run \"update-initramfs -u\"";
}

std::string file_for_driver(const ReadyPolicy &ready) {
    const modkeeper_policy_file header = {MODKEEPER_POLICY_FILE_MAGIC,
                                          MODKEEPER_POLICY_FILE_VERSION, sizeof(header),
                                          static_cast<__u32>(mode_in_driver(ready.load_mode)),
                                          static_cast<__u32>(mode_in_driver(ready.request_mode))};
    return std::string(reinterpret_cast<const char *>(&header), sizeof(header)) + ready.block;
}

std::vector<DeniedModule> denied_in(const ReadyPolicy &ready,
                                    const std::vector<TreeModule> &modules, std::int64_t now) {
    std::vector<DeniedModule> denied;
    if (ready.load_mode != Mode::Enforce)
        return denied;
    for (const auto &module : modules) {
        // the driver is there before its policy is
        if (module.name == "modkeeper")
            continue;
        const auto question = [&] { return question_about_load(module.name, module.path, {}); };
        const auto *rule = deciding_rule(ready.rules.policy,
                                         {module.name, [&] { return question().is_signed; },
                                          [&] { return question().is_out_of_tree; }},
                                         now);
        if (rule != nullptr && rule->verdict == Verdict::Deny)
            denied.push_back({module.name, rule->name()});
    }
    return denied;
}

} // namespace mk::policy
