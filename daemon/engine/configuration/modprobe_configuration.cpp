// SPDX-License-Identifier: GPL-2.0-only
#include "engine/configuration/modprobe_configuration.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <set>

#include "engine/configuration/kernel_command_line.hpp"
#include "engine/configuration/places.hpp"
#include "engine/install_command.hpp"
#include "engine/module_name.hpp"
#include "engine/text_file.hpp"

namespace mk::engine {

bool loads_nothing(const ModprobeLine &line) {
    return line.kind == LineKind::Install && does_nothing(line.rest);
}

void ModprobeConfiguration::take_command_line(const std::string &file) {
    const auto line = read_command_line(file);
    if (!line)
        return unread_.push_back({file, "it cannot be read"});
    auto found = parse_kmod_command_line(line.value());
    for (auto &name : found.blacklist)
        lines_.push_back({LineKind::Blacklist, std::move(name), {}, {}, 0});
    for (auto &option : found.options)
        lines_.push_back(
            {LineKind::Options, std::move(option.module), std::move(option.text), {}, 0});
}

void ModprobeConfiguration::take(ModprobeLine line) {
    if (line.kind == LineKind::Options && !line.origin.is_public)
        hidden_options_.push_back(line.name);
    lines_.push_back(std::move(line));
}

ModprobeConfiguration ModprobeConfiguration::read(const ConfigurationPlaces &places) {
    return read_folders(places.modprobe_folders(), places.command_line_file());
}

ModprobeConfiguration ModprobeConfiguration::read_for(const std::vector<std::string> &folders) {
    const ConfigurationPlaces places;
    return read_folders(folders.empty() ? places.modprobe_folders() : folders,
                        places.command_line_file());
}

ModprobeConfiguration ModprobeConfiguration::read_folders(const std::vector<std::string> &folders,
                                                          const std::string &command_line_file) {
    const auto kmod = KmodRules::current();
    ConfRules rules;
    rules.folders_hide = false;
    rules.dangling_links_hide = kmod.dangling_links_hide;
    if (kmod.alias_files)
        rules.endings.push_back(".alias");
    ModprobeConfiguration result;
    auto found = read_conf_files(folders, rules);
    result.unread_ = std::move(found.unread);
    for (const auto &file : found.files)
        for (auto &line : parse_modprobe_lines(file.text, {file.path, 0, file.is_public}, kmod))
            result.take(std::move(line));
    result.take_command_line(command_line_file);
    return result;
}

std::vector<ModprobeLine> ModprobeConfiguration::of(LineKind kind, std::string_view module) const {
    std::vector<ModprobeLine> result;
    for (const auto &line : lines_)
        if (line.kind == kind && line.name == module)
            result.push_back(line);
    return result;
}

// The kernel gets all lines as one text: a quote that one of them leaves open goes on in the next.
std::vector<ConfiguredOption> ModprobeConfiguration::options(std::string_view module) const {
    const auto lines = of(LineKind::Options, module);
    std::string text;
    std::vector<std::size_t> ends;
    for (const auto &line : lines) {
        text += (text.empty() ? "" : " ") + line.rest;
        ends.push_back(text.size());
    }
    std::vector<ConfiguredOption> result;
    std::size_t line = 0;
    for (const auto word : split_words(text)) {
        const auto begin = static_cast<std::size_t>(word.data() - text.data());
        while (ends[line] <= begin)
            ++line;
        auto &option =
            result.emplace_back(ConfiguredOption{assignment_of(word), lines[line].origin});
        for (auto more = line; ends[more] < begin + word.size();)
            option.origin.is_public = option.origin.is_public && lines[++more].origin.is_public;
    }
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

const ModprobeLine *ModprobeConfiguration::first_matching(LineKind kind,
                                                          std::string_view name) const {
    const std::string text(name);
    for (const auto &line : lines_)
        if (line.kind == kind && fnmatch(line.name.c_str(), text.c_str(), 0) == 0)
            return &line;
    return nullptr;
}

std::optional<ModprobeLine> ModprobeConfiguration::blocking_install(std::string_view module) const {
    const auto *line = first_matching(LineKind::Install, module);
    return line != nullptr && loads_nothing(*line) ? std::optional(*line) : std::nullopt;
}

std::vector<std::string> ModprobeConfiguration::weak_dependencies(std::string_view module) const {
    std::vector<std::string> result;
    if (const auto *line = first_matching(LineKind::Weakdep, module))
        for (const auto word : split(line->rest, " \t"))
            if (std::find(result.begin(), result.end(), word) == result.end())
                result.emplace_back(word);
    return result;
}

bool ModprobeConfiguration::options_are_public(std::string_view module) const {
    return std::find(hidden_options_.begin(), hidden_options_.end(), module) ==
           hidden_options_.end();
}

} // namespace mk::engine
