// SPDX-License-Identifier: GPL-2.0-only
#include "kmod/parameter_value.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "kmod/kernel_number.hpp"
#include "kmod/parameter_type.hpp"

namespace mk {

namespace {

// With a suffix, as the kernel's memparse() accepts for sizes.
std::optional<KernelNumber> size_in_bytes(std::string_view text) {
    constexpr std::string_view suffixes = "kmgtpe";
    if (text.empty())
        return std::nullopt;
    const auto power = suffixes.find(static_cast<char>(text.back() | 0x20));
    auto result = power == std::string_view::npos ? std::nullopt
                                                  : kernel_number(text.substr(0, text.size() - 1));
    const auto shift = 10 * (power + 1);
    if (!result || result->magnitude > UINT64_MAX >> shift)
        return std::nullopt;
    result->magnitude <<= shift;
    return result;
}

// The usual words for a flag. The kernel's parser checks only the first letter or two, but a module
// with words of its own does not use that parser.
std::optional<bool> truth(std::string_view text) {
    std::string word;
    for (const char c : text)
        word += static_cast<char>(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
    for (const auto *yes : {"y", "yes", "1", "on", "t", "true"})
        if (word == yes)
            return true;
    for (const auto *no : {"n", "no", "0", "off", "f", "false"})
        if (word == no)
            return false;
    return std::nullopt;
}

Sameness same_if(bool same) {
    return same ? Sameness::Same : Sameness::Different;
}

bool is_flag(std::string_view type) {
    return type == "bool" || type == "invbool" || type == "bint";
}

bool is_integer(std::string_view type) {
    constexpr std::array types = {"byte",   "short", "ushort", "int",   "uint",
                                  "hexint", "long",  "ulong",  "ullong"};
    return std::find(types.begin(), types.end(), type) != types.end();
}

Sameness compare_flag(std::string_view written, std::string_view shown) {
    const auto is = truth(shown);
    const auto wanted = truth(written);
    // a count that is shown as one, by a module's own idea of a flag
    if (const auto a = kernel_number(written); a && kernel_number(shown))
        return same_if(a == kernel_number(shown) || (wanted && wanted == is));
    if (!is)
        return Sameness::Different;
    return wanted ? same_if(wanted == is) : Sameness::Unknown;
}

Sameness compare_number(std::string_view written, std::string_view shown) {
    const auto is = kernel_number(shown);
    auto wanted = kernel_number(written);
    if (!wanted)
        wanted = size_in_bytes(written);
    if (!is)
        return Sameness::Different;
    return wanted ? same_if(wanted == is) : Sameness::Unknown;
}

Sameness compare_scalar(std::string_view type, std::string_view written, std::string_view shown) {
    if (written == shown)
        return Sameness::Same;
    if (is_flag(type))
        return compare_flag(written, shown);
    if (is_integer(type))
        return compare_number(written, shown);
    if (!type.empty())
        return Sameness::Different;
    // of what is built in the type is not kept everywhere; the kernel shows flags as Y and N
    if (shown == "Y" || shown == "N")
        return compare_flag(written, shown);
    const auto as_numbers = compare_number(written, shown);
    return as_numbers == Sameness::Unknown ? Sameness::Different : as_numbers;
}

// "eco normal [turbo]": the current one among the choices. Nothing if it is not such a list.
std::optional<std::string_view> choice_in(std::string_view shown) {
    const auto open = shown.find('[');
    const auto close = shown.find(']');
    if (open == std::string_view::npos || close == std::string_view::npos || close < open ||
        shown.find_first_of("[]", close + 1) != std::string_view::npos ||
        (open != 0 && shown[open - 1] != ' ') ||
        (close + 1 != shown.size() && shown[close + 1] != ' '))
        return std::nullopt;
    return shown.substr(open + 1, close - open - 1);
}

std::string_view without_end(std::string_view text) {
    return text.substr(0, text.find_last_not_of(" \t\n") + 1);
}

// Element by element. A module that does not count them shows as many as it has room for: missing
// ones keep their values.
Sameness compare_lists(std::string_view element, std::string_view written, std::string_view shown) {
    auto result = Sameness::Same;
    while (true) {
        const auto comma = written.find(',');
        const auto shown_comma = shown.find(',');
        const auto one =
            compare_scalar(element, written.substr(0, comma), shown.substr(0, shown_comma));
        if (one == Sameness::Different)
            return one;
        result = std::max(result, one);
        if (comma == std::string_view::npos)
            return result;
        if (shown_comma == std::string_view::npos)
            return Sameness::Different;
        written.remove_prefix(comma + 1);
        shown.remove_prefix(shown_comma + 1);
    }
}

} // namespace

Sameness compare_values(std::string_view type, std::string_view written, std::string_view shown) {
    if (written == shown)
        return Sameness::Same;
    const auto end = without_end(shown);
    if (const auto choice = choice_in(end);
        choice && (type != "charp" || end.find(' ') != std::string_view::npos))
        return same_if(*choice == without_end(written));
    if (type.starts_with(array_prefix))
        return compare_lists(type.substr(array_prefix.size()), written, end);
    if (type.empty() && written.find(',') != std::string_view::npos)
        return compare_lists(type, written, end);
    return compare_scalar(type, written, type == "charp" ? shown : end);
}

} // namespace mk
