// SPDX-License-Identifier: GPL-2.0-only
#include "engine/configuration/modprobe_configuration.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <set>

#include "engine/install_command.hpp"
#include "engine/module_name.hpp"
#include "engine/text_file.hpp"

namespace mk::engine {

namespace {

constexpr std::string_view blacklist_key = "modprobe.blacklist";

} // namespace

void ModprobeConfiguration::take_command_line(std::string_view text) {
    for (const auto &word : split_assignments(text)) {
        auto dot = word.name.find('.');
        if (word.name == blacklist_key) {
            for (auto name : split(word.value, ","))
                lines_.push_back({LineKind::Blacklist, canonical_name(name), {}, {}, 0});
        } else if (dot != std::string::npos && dot != 0 && dot + 1 < word.name.size()) {
            auto option = word;
            option.name = word.name.substr(dot + 1);
            lines_.push_back({LineKind::Options, canonical_name(word.name.substr(0, dot)),
                              to_text(option), Origin{}, 0});
        }
    }
}

ModprobeConfiguration ModprobeConfiguration::read(const ConfigurationPlaces &places) {
    ModprobeConfiguration result;
    auto found = read_conf_files(places.modprobe_folders(), {".conf", ".alias"});
    result.unread_ = std::move(found.unread);
    for (const auto &file : found.files)
        for (auto &line : parse_modprobe_lines(file.text, file.path))
            result.lines_.push_back(std::move(line));
    result.take_command_line(read_line(places.command_line_file()));
    return result;
}

std::vector<ModprobeLine> ModprobeConfiguration::of(LineKind kind, std::string_view module) const {
    std::vector<ModprobeLine> result;
    for (const auto &line : lines_)
        if (line.kind == kind && line.name == module)
            result.push_back(line);
    return result;
}

std::vector<ConfiguredOption> ModprobeConfiguration::options(std::string_view module) const {
    std::vector<ConfiguredOption> result;
    for (const auto &line : of(LineKind::Options, module))
        for (auto &assignment : split_assignments(line.rest))
            result.push_back({std::move(assignment), line.origin});
    return result;
}

std::optional<ConfiguredOption> ModprobeConfiguration::option(std::string_view module,
                                                              std::string_view parameter) const {
    std::optional<ConfiguredOption> result;
    for (auto &option : options(module))
        if (canonical_name(option.name) == canonical_name(parameter))
            result = std::move(option);
    return result;
}

std::vector<std::string> ModprobeConfiguration::modules_with_options() const {
    std::set<std::string> names;
    for (const auto &line : lines_)
        if (line.kind == LineKind::Options)
            names.insert(line.name);
    return {names.begin(), names.end()};
}

std::optional<ModprobeLine> ModprobeConfiguration::blocking_install(std::string_view module) const {
    const std::string name(module);
    for (const auto &line : lines_)
        if (line.kind == LineKind::Install && fnmatch(line.name.c_str(), name.c_str(), 0) == 0)
            return does_nothing(line.rest) ? std::optional(line) : std::nullopt;
    return std::nullopt;
}

std::vector<std::string> ModprobeConfiguration::weak_dependencies(std::string_view module) const {
    const std::string name(module);
    std::vector<std::string> result;
    for (const auto &line : lines_) {
        if (line.kind != LineKind::Weakdep || fnmatch(line.name.c_str(), name.c_str(), 0) != 0)
            continue;
        for (const auto word : split(line.rest, " "))
            if (std::find(result.begin(), result.end(), word) == result.end())
                result.emplace_back(word);
    }
    return result;
}

} // namespace mk::engine
