// SPDX-License-Identifier: GPL-2.0-only
#include "base/assignments.hpp"

#include <algorithm>

namespace mk {

namespace {

// As the kernel's isspace(), which takes Latin-1's no-break space for one.
bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r') || c == '\xa0';
}

// The length of the first word, quotes and what is between them included.
std::size_t word_length(std::string_view text) {
    bool quoted = false;
    std::size_t at = 0;
    for (; at < text.size() && (quoted || !is_space(text[at])); ++at)
        if (text[at] == '"')
            quoted = !quoted;
    return at;
}

} // namespace

// As next_arg() of the kernel: a quote at the end goes only when there is one at the beginning, of
// the value or of the whole word.
Assignment assignment_of(std::string_view word) {
    const bool quoted = word.starts_with('"');
    if (quoted)
        word.remove_prefix(1);
    Assignment result;
    // a name is never empty: "=x" is one without a value
    const auto equals = word.find('=', 1);
    result.has_value = equals != std::string_view::npos;
    auto name = word.substr(0, equals);
    auto value = result.has_value ? word.substr(equals + 1) : std::string_view();
    auto &last = result.has_value ? value : name;
    bool closed = false;
    if (value.starts_with('"')) {
        value.remove_prefix(1);
        closed = value.ends_with('"');
        value.remove_suffix(closed ? 1 : 0);
    }
    if (quoted && !closed && last.ends_with('"'))
        last.remove_suffix(1);
    result.name = name;
    result.value = value;
    return result;
}

std::vector<std::string_view> split_words(std::string_view text) {
    std::vector<std::string_view> result;
    while (true) {
        while (!text.empty() && is_space(text.front()))
            text.remove_prefix(1);
        if (text.empty())
            return result;
        const auto length = word_length(text);
        result.push_back(text.substr(0, length));
        text.remove_prefix(length);
    }
}

std::vector<Assignment> split_assignments(std::string_view text) {
    std::vector<Assignment> result;
    for (const auto word : split_words(text))
        result.push_back(assignment_of(word));
    return result;
}

Assignment argument_of(std::string_view argument) {
    const auto equals = argument.find('=');
    if (equals == std::string_view::npos)
        return {std::string(argument), "", false};
    return {std::string(argument.substr(0, equals)), std::string(argument.substr(equals + 1)),
            true};
}

std::string to_text(const Assignment &assignment) {
    if (!assignment.has_value)
        return assignment.name;
    if (std::ranges::none_of(assignment.value, is_space))
        return assignment.name + "=" + assignment.value;
    return assignment.name + "=\"" + assignment.value + "\"";
}

std::vector<std::string> assignment_texts(std::string_view text) {
    std::vector<std::string> texts;
    for (const auto &one : split_assignments(text))
        texts.push_back(to_text(one));
    return texts;
}

std::string to_argument(const Assignment &assignment) {
    return assignment.has_value ? assignment.name + "=" + assignment.value : assignment.name;
}

} // namespace mk
