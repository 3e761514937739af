// SPDX-License-Identifier: GPL-2.0-only
#include "engine/configuration/assignments.hpp"

#include <algorithm>

namespace mk::engine {

namespace {

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f';
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

std::string_view without_quotes(std::string_view text) {
    if (text.starts_with('"'))
        text.remove_prefix(1);
    if (text.ends_with('"'))
        text.remove_suffix(1);
    return text;
}

Assignment assignment_of(std::string_view word) {
    // "name=value with spaces" may be in quotes as a whole
    if (word.starts_with('"'))
        word = without_quotes(word);
    auto equals = word.find('=');
    if (equals == std::string_view::npos)
        return {std::string(word), {}, false};
    return {std::string(word.substr(0, equals)),
            std::string(without_quotes(word.substr(equals + 1))), true};
}

} // namespace

std::vector<Assignment> split_assignments(std::string_view text) {
    std::vector<Assignment> result;
    while (true) {
        while (!text.empty() && is_space(text.front()))
            text.remove_prefix(1);
        if (text.empty())
            return result;
        auto length = word_length(text);
        result.push_back(assignment_of(text.substr(0, length)));
        text.remove_prefix(length);
    }
}

std::string to_text(const Assignment &assignment) {
    if (!assignment.has_value)
        return assignment.name;
    if (std::ranges::none_of(assignment.value, is_space))
        return assignment.name + "=" + assignment.value;
    return assignment.name + "=\"" + assignment.value + "\"";
}

} // namespace mk::engine
