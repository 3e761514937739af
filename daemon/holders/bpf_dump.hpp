// SPDX-License-Identifier: GPL-2.0-only
// Programs and links of BPF that are attached to functions or tracepoints of a module.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mk {

struct BpfUser {
    bool is_link = false; // else a program
    std::uint32_t id = 0;
    std::string name; // of a program, or of the tracepoint of a link

    bool operator==(const BpfUser &) const = default;
};

// Nothing: only root may ask.
std::optional<std::vector<BpfUser>> bpf_users(const std::string &module);

} // namespace mk
