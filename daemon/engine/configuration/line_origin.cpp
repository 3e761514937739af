// SPDX-License-Identifier: GPL-2.0-only
#include "engine/configuration/line_origin.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <vector>

#include "engine/configuration/conf_files.hpp"
#include "engine/configuration/modprobe_lines.hpp"
#include "engine/configuration/places.hpp"
#include "engine/module_name.hpp"
#include "engine/text_file.hpp"

namespace mk::engine {

namespace {

std::vector<ModprobeLine> lines_of(const CatalogPlaces &places, LineKind kind) {
    const auto folders =
        places.config_dirs.empty() ? ConfigurationPlaces{}.modprobe_folders() : places.config_dirs;
    std::vector<ModprobeLine> result;
    for (const auto &file : read_conf_files(folders, {".conf"}).files)
        for (auto &line : parse_modprobe_lines(file.text, file.path))
            if (line.kind == kind)
                result.push_back(std::move(line));
    return result;
}

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

std::string alias_origin(const CatalogPlaces &places, std::string_view alias,
                         std::string_view module) {
    for (const auto &line : lines_of(places, LineKind::Alias)) {
        const auto words = split(line.rest, " \t");
        if (!words.empty() && canonical_name(words[0]) == module &&
            matches(line.name, std::string(alias)))
            return line.origin.text();
    }
    return {};
}

Origin option_origin(const CatalogPlaces &places, std::string_view module,
                     const Assignment &option) {
    const auto lines = lines_of(places, LineKind::Options);
    for (const auto &line : lines)
        if (line.name == module && has(line, option))
            return line.origin;
    // a line may be for an alias by which the module was asked for
    for (const auto &line : lines)
        if (has(line, option))
            return line.origin;
    return {};
}

} // namespace mk::engine
