// SPDX-License-Identifier: GPL-2.0-only
#include "bus/utf8.hpp"

#include <cstdint>

#include "base/utf8.hpp"

namespace mk::bus {

std::string utf8(std::string text) {
    // D-Bus has no NUL in a text
    if (is_utf8(text) && text.find('\0') == std::string::npos)
        return text;
    for (char &c : text)
        if (static_cast<std::uint8_t>(c) >= 0x80 || c == 0)
            c = '?';
    return text;
}

int append_strings(sd_bus_message *message, const std::vector<std::string> &texts) {
    int error = sd_bus_message_open_container(message, SD_BUS_TYPE_ARRAY, "s");
    for (const auto &text : texts)
        if (error >= 0)
            error = sd_bus_message_append(message, "s", utf8(text).c_str());
    return error < 0 ? error : sd_bus_message_close_container(message);
}

int append_entry(sd_bus_message *message, const char *key, const std::vector<std::string> &texts) {
    int error = sd_bus_message_open_container(message, SD_BUS_TYPE_DICT_ENTRY, "sv");
    if (error >= 0)
        error = sd_bus_message_append(message, "s", key);
    if (error >= 0)
        error = sd_bus_message_open_container(message, SD_BUS_TYPE_VARIANT, "as");
    if (error >= 0)
        error = append_strings(message, texts);
    if (error >= 0)
        error = sd_bus_message_close_container(message);
    return error < 0 ? error : sd_bus_message_close_container(message);
}

} // namespace mk::bus
