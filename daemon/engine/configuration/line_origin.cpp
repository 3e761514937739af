// SPDX-License-Identifier: GPL-2.0-only
#include "engine/configuration/line_origin.hpp"

#include <fnmatch.h>

#include <algorithm>

#include "engine/module_name.hpp"
#include "engine/text_file.hpp"

namespace mk::engine {

namespace {

bool matches(const std::string &pattern, const std::string &name) {
    return fnmatch(pattern.c_str(), name.c_str(), 0) == 0 ||
           fnmatch(canonical_name(pattern).c_str(), canonical_name(name).c_str(), 0) == 0;
}

bool has(const ModprobeLine &line, const Assignment &option) {
    const auto options = split_assignments(line.rest);
    return std::any_of(options.begin(), options.end(), [&](const auto &one) {
        return canonical_name(one.name) == canonical_name(option.name) &&
               one.value == option.value && one.has_value == option.has_value;
    });
}

} // namespace

std::string alias_origin(const ModprobeConfiguration &configuration, std::string_view alias,
                         std::string_view module) {
    for (const auto &line : configuration.lines()) {
        if (line.kind != LineKind::Alias)
            continue;
        const auto words = split(line.rest, " \t");
        if (!words.empty() && canonical_name(words[0]) == module &&
            matches(line.name, std::string(alias)))
            return line.origin.text();
    }
    return {};
}

Origin option_origin(const ModprobeConfiguration &configuration, std::string_view module,
                     const Assignment &option) {
    // a line may be for an alias by which the module was asked for
    Origin of_alias;
    for (const auto &line : configuration.lines()) {
        if (line.kind != LineKind::Options || !has(line, option))
            continue;
        if (line.name == module)
            return line.origin;
        if (of_alias.on_command_line())
            of_alias = line.origin;
    }
    return of_alias;
}

} // namespace mk::engine
