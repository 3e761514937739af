// SPDX-License-Identifier: GPL-2.0-only
#include "engine/configuration/parameter_value.hpp"

#include <charconv>
#include <cstdint>
#include <optional>

namespace mk::engine {

namespace {

constexpr std::string_view array_prefix = "array of ";

// As the kernel's kstrto*() with base 0; the sign beside the magnitude, so that nothing overflows.
struct Number {
    bool negative = false;
    std::uint64_t magnitude = 0;
    bool operator==(const Number &) const = default;
};

std::optional<Number> number(std::string_view text) {
    Number result;
    result.negative = text.starts_with('-');
    if (result.negative || text.starts_with('+'))
        text.remove_prefix(1);
    int base = 10;
    if (text.size() > 2 && text[0] == '0' && (text[1] | 0x20) == 'x') {
        base = 16;
        text.remove_prefix(2);
    } else if (text.size() > 1 && text[0] == '0') {
        base = 8;
    }
    auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), result.magnitude, base);
    if (error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    if (result.magnitude == 0)
        result.negative = false;
    return result;
}

std::optional<bool> truth(std::string_view text) {
    if (text.empty())
        return std::nullopt;
    if (std::string_view("yYtT1").find(text[0]) != std::string_view::npos)
        return true;
    if (std::string_view("nNfF0").find(text[0]) != std::string_view::npos)
        return false;
    if ((text[0] | 0x20) != 'o' || text.size() < 2)
        return std::nullopt;
    return (text[1] | 0x20) == 'n';
}

bool same_scalar(std::string_view type, std::string_view one, std::string_view other) {
    if (one == other)
        return true;
    if (type == "bool" || type == "invbool" || type == "bint") {
        auto a = truth(one);
        return a && a == truth(other);
    }
    // of what is built in the type is not kept everywhere; the kernel shows flags as Y and N
    if (type.empty() && (other == "Y" || other == "N" || one == "Y" || one == "N"))
        return truth(one) && truth(one) == truth(other);
    for (auto integer :
         {"byte", "short", "ushort", "int", "uint", "hexint", "long", "ulong", "ullong", ""})
        if (type == integer) {
            auto a = number(one);
            return a && a == number(other);
        }
    return false;
}

} // namespace

bool same_value(std::string_view type, std::string_view one, std::string_view other) {
    if (!type.starts_with(array_prefix))
        return same_scalar(type, one, other);
    auto element = type.substr(array_prefix.size());
    while (true) {
        auto comma = one.find(',');
        auto other_comma = other.find(',');
        if (!same_scalar(element, one.substr(0, comma), other.substr(0, other_comma)) ||
            (comma == std::string_view::npos) != (other_comma == std::string_view::npos))
            return false;
        if (comma == std::string_view::npos)
            return true;
        one.remove_prefix(comma + 1);
        other.remove_prefix(other_comma + 1);
    }
}

} // namespace mk::engine
