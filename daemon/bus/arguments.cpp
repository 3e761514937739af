// SPDX-License-Identifier: GPL-2.0-only
#include "bus/arguments.hpp"

#include <fmt/format.h>

#include <array>
#include <cstring>
#include <set>

#include "base/module_name.hpp"

namespace mk::bus {

namespace {

Error invalid(std::string message) {
    return {ErrorCode::InvalidArgument, std::move(message)};
}

Error unreadable(int error) {
    return invalid(fmt::format("the arguments cannot be read: {}", std::strerror(-error)));
}

std::string names_of(std::span<const Option> known) {
    std::string result;
    for (const auto &option : known)
        result += fmt::format("{}{}", result.empty() ? "" : ", ", option.name);
    return result;
}

// In the order of Option::target.
struct Type {
    const char *signature;
    const char *words;
};
constexpr std::array types = {Type{"b", "a boolean (b)"}, Type{"t", "a number (t)"},
                              Type{"s", "a text (s)"}, Type{"as", "a list of texts (as)"}};
static_assert(types.size() == std::variant_size_v<decltype(Option::target)>);

// What is inside the variant. 0 or more, or -errno.
int read_value(sd_bus_message *call, bool &target) {
    int value = 0;
    const int result = sd_bus_message_read(call, "b", &value);
    target = value != 0;
    return result;
}

int read_value(sd_bus_message *call, std::optional<std::uint64_t> &target) {
    return sd_bus_message_read(call, "t", &target.emplace());
}

int read_value(sd_bus_message *call, std::string &target) {
    const char *text = nullptr;
    const int result = sd_bus_message_read(call, "s", &text);
    if (result >= 0)
        target = text;
    return result;
}

int read_value(sd_bus_message *call, std::vector<std::string> &target) {
    int result = sd_bus_message_enter_container(call, SD_BUS_TYPE_ARRAY, "s");
    const char *text = nullptr;
    while (result >= 0 && (result = sd_bus_message_read(call, "s", &text)) > 0)
        target.emplace_back(text);
    return result < 0 ? result : sd_bus_message_exit_container(call);
}

Result<void> read_option(sd_bus_message *call, const char *method, std::span<const Option> known,
                         std::set<std::string> &seen) {
    const char *name = nullptr;
    if (int error = sd_bus_message_read(call, "s", &name); error < 0)
        return unreadable(error);
    const Option *option = nullptr;
    for (const auto &one : known)
        if (std::strcmp(one.name, name) == 0)
            option = &one;
    if (!option)
        return invalid(known.empty()
                           ? fmt::format("{} takes no option, {} was given", method, quote(name))
                           : fmt::format("{} has no option {}; it knows {}", method, quote(name),
                                         names_of(known)));
    if (!seen.insert(name).second)
        return invalid(fmt::format("the option {} is given twice", quote(name)));
    const char *type = nullptr;
    if (int error = sd_bus_message_peek_type(call, nullptr, &type); error < 0)
        return unreadable(error);
    const Type &wanted = types[option->target.index()];
    if (std::strcmp(type, wanted.signature) != 0)
        return invalid(fmt::format("the option {} is {}, but its value is of type {}", quote(name),
                                   wanted.words, quote(type)));
    int result = sd_bus_message_enter_container(call, SD_BUS_TYPE_VARIANT, wanted.signature);
    if (result >= 0)
        result =
            std::visit([&](auto *target) { return read_value(call, *target); }, option->target);
    if (result >= 0)
        result = sd_bus_message_exit_container(call);
    if (result < 0)
        return unreadable(result);
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
            return invalid(fmt::format("too many {}: at most {} are allowed", what, most));
        result.emplace_back(text);
    }
    if (more >= 0)
        more = sd_bus_message_exit_container(call);
    if (more < 0)
        return unreadable(more);
    return result;
}

Result<void> read_options(sd_bus_message *call, const char *method, std::span<const Option> known) {
    std::set<std::string> seen;
    int more = sd_bus_message_enter_container(call, SD_BUS_TYPE_ARRAY, "{sv}");
    if (more < 0)
        return unreadable(more);
    while ((more = sd_bus_message_enter_container(call, SD_BUS_TYPE_DICT_ENTRY, "sv")) > 0) {
        TRY(read_option(call, method, known, seen));
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
