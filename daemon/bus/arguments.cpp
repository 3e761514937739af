// SPDX-License-Identifier: GPL-2.0-only
#include "bus/arguments.hpp"

#include <fmt/format.h>

#include <cstring>
#include <set>

#include "engine/module_name.hpp"

namespace mk::bus {

namespace {

Error invalid(std::string message) {
    return {ErrorCode::InvalidArgument, std::move(message)};
}

Error unreadable(int error) {
    return invalid(fmt::format("the arguments cannot be read: {}", std::strerror(-error)));
}

std::string names_of(std::span<const Flag> known) {
    std::string result;
    for (const auto &flag : known)
        result += fmt::format("{}{}", result.empty() ? "" : ", ", flag.name);
    return result;
}

Result<void> read_option(sd_bus_message *call, const char *method, std::span<const Flag> known,
                         std::set<std::string> &seen) {
    const char *name = nullptr;
    if (int error = sd_bus_message_read(call, "s", &name); error < 0)
        return unreadable(error);
    const Flag *flag = nullptr;
    for (const auto &one : known)
        if (std::strcmp(one.name, name) == 0)
            flag = &one;
    if (!flag)
        return invalid(known.empty() ? fmt::format("{} takes no option, {} was given", method,
                                                   engine::quote(name))
                                     : fmt::format("{} has no option {}; it knows {}", method,
                                                   engine::quote(name), names_of(known)));
    if (!seen.insert(name).second)
        return invalid(fmt::format("the option {} is given twice", engine::quote(name)));
    const char *type = nullptr;
    if (int error = sd_bus_message_peek_type(call, nullptr, &type); error < 0)
        return unreadable(error);
    if (std::strcmp(type, "b") != 0)
        return invalid(fmt::format("the option {} is a boolean (b), its value is of type {}",
                                   engine::quote(name), engine::quote(type)));
    int value = 0;
    if (int error = sd_bus_message_read(call, "v", "b", &value); error < 0)
        return unreadable(error);
    *flag->target = value != 0;
    return {};
}

} // namespace

Result<std::string> read_string(sd_bus_message *call) {
    const char *text = nullptr;
    if (int error = sd_bus_message_read(call, "s", &text); error < 0)
        return unreadable(error);
    return std::string(text);
}

Result<std::vector<std::string>> read_strings(sd_bus_message *call, std::size_t most,
                                              const char *what) {
    std::vector<std::string> result;
    int more = sd_bus_message_enter_container(call, SD_BUS_TYPE_ARRAY, "s");
    if (more < 0)
        return unreadable(more);
    const char *text = nullptr;
    while ((more = sd_bus_message_read(call, "s", &text)) > 0) {
        if (result.size() == most)
            return invalid(fmt::format("there are too many {}: {} at the most", what, most));
        result.emplace_back(text);
    }
    if (more >= 0)
        more = sd_bus_message_exit_container(call);
    if (more < 0)
        return unreadable(more);
    return result;
}

Result<void> read_options(sd_bus_message *call, const char *method, std::span<const Flag> known) {
    std::set<std::string> seen;
    int more = sd_bus_message_enter_container(call, SD_BUS_TYPE_ARRAY, "{sv}");
    if (more < 0)
        return unreadable(more);
    while ((more = sd_bus_message_enter_container(call, SD_BUS_TYPE_DICT_ENTRY, "sv")) > 0) {
        if (auto read = read_option(call, method, known, seen); !read)
            return read;
        if ((more = sd_bus_message_exit_container(call)) < 0)
            break;
    }
    if (more >= 0)
        more = sd_bus_message_exit_container(call);
    if (more < 0)
        return unreadable(more);
    return {};
}

} // namespace mk::bus
