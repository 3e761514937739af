// SPDX-License-Identifier: GPL-2.0-only
// Conversion to UTF-8 for D-Bus, which carries nothing else; modules may have any bytes in their
// texts.
#pragma once

#include <systemd/sd-bus.h>

#include <string>
#include <vector>

#include "base/module_name.hpp"

namespace mk::bus {

// The text; if it is not valid UTF-8, with "?" for each byte that is not ASCII. Without NUL.
std::string utf8(std::string text);

// The texts as an array, each as utf8() makes it. 0 or -errno.
int append_strings(sd_bus_message *message, const std::vector<std::string> &texts);
inline int append_strings(sd_bus_message *message, const ModuleNames &names) {
    return append_strings(message, texts_of(names));
}
// An entry of an a{sv} that has them. 0 or more, or -errno.
int append_entry(sd_bus_message *message, const char *key, const std::vector<std::string> &texts);

} // namespace mk::bus
