// SPDX-License-Identifier: GPL-2.0-only
#include "service/uevent.hpp"

namespace mk::service {

std::optional<Uevent> parse_uevent(std::string_view message) {
    auto end = message.find('\0');
    auto at = message.find('@');
    if (end == std::string_view::npos || at == std::string_view::npos || at > end)
        return std::nullopt;
    Uevent event;
    event.path = message.substr(at + 1, end - at - 1);
    auto action = message.substr(0, at);
    if (action == "add")
        event.action = Uevent::Action::Add;
    else if (action == "remove")
        event.action = Uevent::Action::Remove;
    while (end != std::string_view::npos && end + 1 < message.size()) {
        message.remove_prefix(end + 1);
        end = message.find('\0');
        auto pair = message.substr(0, end);
        if (pair.starts_with("SUBSYSTEM="))
            event.subsystem = pair.substr(pair.find('=') + 1);
        else if (pair.starts_with("SYNTH_UUID="))
            event.is_synthetic = true;
        else if (pair.starts_with("DEVNAME="))
            event.node = pair.substr(pair.find('=') + 1);
    }
    return event;
}

} // namespace mk::service
