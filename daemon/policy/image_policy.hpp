// SPDX-License-Identifier: GPL-2.0-only
// The policy that an initramfs brings: the file that the driver takes when it is loaded there, and
// whether the modules beside it could be loaded under it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/module_name.hpp"
#include "config/initramfs_tree.hpp"
#include "policy/ready_policy.hpp"

namespace mk::policy {

// Whether each initramfs is to bring the rules: "policy=yes" in /etc/modkeeper/initramfs.conf, for
// which our hook of initramfs-tools looks.
bool image_brings_policy(const std::string &root);

// What changed rules do not reach yet; nothing: no initramfs brings rules.
std::optional<std::string> note_of_image(const std::string &root);

// struct modkeeper_policy_file and the block. @ready has rules and no errors.
std::string file_for_driver(const ReadyPolicy &ready);

struct DeniedModule {
    ModuleName name;
    std::string rule;
};

// Of the modules in a tree, those that would not be loaded; none unless loads are enforced. @now:
// seconds since the epoch.
std::vector<DeniedModule> denied_in(const ReadyPolicy &ready,
                                    const std::vector<TreeModule> &modules, std::int64_t now);

} // namespace mk::policy
