// SPDX-License-Identifier: GPL-2.0-only
#include "kmod/line_origin.hpp"

#include <optional>

#include "base/pattern.hpp"

namespace mk {

namespace {

bool matches(const std::string &pattern, const std::string &name) {
    return fits(pattern, name) || fits(canonical_name(pattern), canonical_name(name));
}

bool is_same(const Assignment &one, const Assignment &other) {
    return is_same_name(one.name, other.name) && one.value == other.value &&
           one.has_value == other.has_value;
}

// The first line that sets it so.
std::optional<Origin> origin_for(const ModprobeConfiguration &configuration, std::string_view name,
                                 const Assignment &option) {
    for (const auto &one : configuration.options_named(name))
        if (is_same(one, option))
            return one.origin;
    return std::nullopt;
}

} // namespace

const ModprobeLine *alias_line(const ModprobeConfiguration &configuration, std::string_view alias,
                               const ModuleName &module) {
    const ModprobeLine *hidden = nullptr;
    for (const auto &line : configuration.lines()) {
        if (line.kind != LineKind::Alias || module != line.rest ||
            !matches(line.name, std::string(alias)))
            continue;
        if (line.origin.is_public)
            return &line;
        hidden = hidden != nullptr ? hidden : &line;
    }
    return hidden;
}

Origin option_origin(const ModprobeConfiguration &configuration, const ModuleName &module,
                     const Assignment &option) {
    if (const auto origin = origin_for(configuration, module, option))
        return *origin;
    // a line may be for an alias by which the module was requested
    Origin unknown;
    for (const auto &name : configuration.modules_with_options()) {
        if (const auto origin = origin_for(configuration, name, option))
            return *origin;
        unknown.is_public = unknown.is_public && configuration.options_are_public(name);
    }
    return unknown;
}

} // namespace mk
