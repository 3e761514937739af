// SPDX-License-Identifier: GPL-2.0-only
#include "kmod/parameter_type.hpp"

#include <fmt/format.h>

#include <array>
#include <climits>
#include <cstdint>

#include "kmod/kernel_number.hpp"

namespace mk {

namespace {

struct IntegerType {
    std::string_view name;
    std::int64_t lowest;
    std::uint64_t highest;
};

constexpr std::array integer_types = {
    IntegerType{"byte", 0, UINT8_MAX},       IntegerType{"short", SHRT_MIN, SHRT_MAX},
    IntegerType{"ushort", 0, USHRT_MAX},     IntegerType{"int", INT_MIN, INT_MAX},
    IntegerType{"uint", 0, UINT_MAX},        IntegerType{"hexint", 0, UINT_MAX},
    IntegerType{"long", LONG_MIN, LONG_MAX}, IntegerType{"ulong", 0, ULONG_MAX},
    IntegerType{"ullong", 0, UINT64_MAX},    IntegerType{"bint", 0, 1},
};

bool fits(std::string_view text, const IntegerType &type) {
    const auto number = kernel_number(text);
    if (!number)
        return false;
    if (number->negative)
        return type.lowest < 0 &&
               number->magnitude <= std::uint64_t{0} - static_cast<std::uint64_t>(type.lowest);
    return number->magnitude <= type.highest;
}

bool is_truth(std::string_view text) {
    if (text.empty())
        return false;
    if (std::string_view("yYtT1nNfF0").find(text[0]) != std::string_view::npos)
        return true;
    return (text[0] | 0x20) == 'o' && text.size() > 1 &&
           std::string_view("nNfF").find(text[1]) != std::string_view::npos;
}

std::string scalar_problem(std::string_view type, std::string_view value) {
    if (type == "bool" || type == "invbool" || type == "bint")
        return is_truth(value) ? "" : fmt::format("its type is {}: y or n", type);
    for (const auto &integer : integer_types) {
        if (integer.name != type)
            continue;
        return fits(value, integer) ? ""
                                    : fmt::format("its type is {}: an integer from {} to {}", type,
                                                  integer.lowest, integer.highest);
    }
    if (type == "charp" && value.size() > 1024)
        return fmt::format("the kernel takes at most 1024 bytes, this has {}", value.size());
    return {};
}

} // namespace

std::string value_problem(std::string_view type, std::string_view value) {
    if (!type.starts_with(array_prefix))
        return scalar_problem(type, value);
    auto element = type.substr(array_prefix.size());
    while (true) {
        auto comma = value.find(',');
        if (auto problem = scalar_problem(element, value.substr(0, comma)); !problem.empty())
            return fmt::format("one of its elements is invalid: {}", problem);
        if (comma == std::string_view::npos)
            return {};
        value.remove_prefix(comma + 1);
    }
}

std::string missing_value(std::string_view type) {
    if (type == "bool" || type == "invbool")
        return {};
    for (const auto &integer : integer_types)
        if (integer.name == type)
            return fmt::format("its type is {}: write name=value", type);
    return type == "charp" || type.starts_with(array_prefix) ? "write name=value" : "";
}

} // namespace mk
