// SPDX-License-Identifier: GPL-2.0-only
// D-Bus carries UTF-8 only, modules may say anything.
#pragma once

#include <systemd/sd-bus.h>

#include <string>
#include <vector>

namespace mk::bus {

// The text, with "?" for each byte that is not ASCII when it is not UTF-8 as a whole, and no NUL.
std::string utf8(std::string text);

// The texts as an array, each as utf8() makes it. 0 or -errno.
int append_strings(sd_bus_message *message, const std::vector<std::string> &texts);
// An entry of an a{sv} that has them. 0 or more, or -errno.
int append_entry(sd_bus_message *message, const char *key, const std::vector<std::string> &texts);

} // namespace mk::bus
