// SPDX-License-Identifier: GPL-2.0-only
// Parser of one uevent of the kernel.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mk::service {

struct Uevent {
    enum class Action { Add, Remove, Other };

    Action action = Action::Other;
    std::string subsystem;
    std::string path; // such as /module/dummy
    std::string node; // DEVNAME, such as "modkeeper"
    // A synthetic event, from udevadm trigger for example; nothing has happened.
    bool is_synthetic = false;

    // The last part of the path.
    std::string name() const { return path.substr(path.rfind('/') + 1); }
};

// "add@/module/dummy", NUL, then KEY=value, NUL, ... Nothing for anything else.
std::optional<Uevent> parse_uevent(std::string_view message);

} // namespace mk::service
