// SPDX-License-Identifier: GPL-2.0-only
// Objects of BPF that have to do with a module: attached to its functions or tracepoints, calling
// its functions, of its types.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/module_name.hpp"

namespace mk {

struct BpfUser {
    enum class Kind : std::uint8_t { Link, Program, Map };

    Kind kind = Kind::Program;
    std::uint32_t id = 0;
    std::string name;   // of a program or map, or of the tracepoint of a link
    bool holds = true;  // false: it keeps another one, which does
    std::string pinned; // where below /sys/fs/bpf; "": it is not

    bool operator==(const BpfUser &) const = default;
};

// Whether it is what a descriptor stands for, by its lines in /proc/PID/fdinfo.
bool is_described(const BpfUser &user, std::string_view descriptor);

// Nothing: only root may ask.
std::optional<std::vector<BpfUser>> bpf_users(const ModuleName &module);

} // namespace mk
