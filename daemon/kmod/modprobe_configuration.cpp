// SPDX-License-Identifier: GPL-2.0-only
#include "kmod/modprobe_configuration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/module_name.hpp"
#include "base/pattern.hpp"
#include "base/root_path.hpp"
#include "base/text_file.hpp"
#include "kmod/install_command.hpp"
#include "kmod/places.hpp"
#include "system/kernel_command_line.hpp"

namespace mk {

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
        hidden_options_.push_back(line);
    lines_.push_back(std::move(line));
}

namespace {

std::string_view file_name(std::string_view path) {
    return path.substr(path.rfind('/') + 1);
}

// depmod's, which kmod sorts in by their names.
void add_index_files(const ModprobeSources &sources, ConfFiles &found) {
    constexpr std::size_t max_index = 16U << 20; // bytes
    for (const char *name : {"/modules.softdep", "/modules.weakdep"}) {
        const auto path = sources.index_folder + name;
        const auto real = sources.root.empty() ? path : within_root(sources.root, path);
        if (auto text = read_text(real, max_index))
            found.files.push_back({path, {std::move(*text), true}});
    }
    std::stable_sort(found.files.begin(), found.files.end(),
                     [](const auto &one, const auto &other) {
                         return file_name(one.path) < file_name(other.path);
                     });
}

} // namespace

ConfFiles read_modprobe_files(const ModprobeSources &sources) {
    const auto kmod = KmodRules::current();
    ConfRules rules;
    rules.folders_hide = false;
    rules.dangling_links_hide = kmod.dangling_links_hide;
    rules.root = sources.root;
    if (kmod.alias_files)
        rules.endings.push_back(".alias");
    auto found = read_conf_files(sources.folders, rules);
    if (!sources.index_folder.empty())
        add_index_files(sources, found);
    return found;
}

ModprobeConfiguration ModprobeConfiguration::read(const ConfigurationPlaces &places) {
    return read_from({places.modprobe_folders(), places.command_line_file(), places.root});
}

ModprobeConfiguration ModprobeConfiguration::read_for(const CatalogPlaces &places) {
    return read_from(places.configuration());
}

ModprobeConfiguration ModprobeConfiguration::read_from(const ModprobeSources &sources) {
    ModprobeConfiguration result;
    auto found = read_modprobe_files(sources);
    result.unread_ = std::move(found.unread);
    result.hidden_ = std::move(found.hidden);
    const auto kmod = KmodRules::current();
    for (const auto &file : found.files)
        for (auto &line : parse_modprobe_lines(file.text.text(), file.origin(), kmod))
            result.take(std::move(line));
    result.take_command_line(sources.command_line_file);
    return result;
}

ModprobeConfiguration ModprobeConfiguration::with(const std::string &file,
                                                  std::string_view text) const {
    ModprobeConfiguration result;
    result.unread_ = unread_;
    result.hidden_ = hidden_;
    auto added = parse_modprobe_lines(text, {file}, KmodRules::current());
    const auto place = [&] {
        for (auto &line : std::exchange(added, {}))
            result.take(std::move(line));
    };
    for (const auto &line : lines_) {
        const bool in_a_file = !line.origin.on_command_line();
        if (!in_a_file || file_name(line.origin.file) > file_name(file))
            place();
        if (!in_a_file || file_name(line.origin.file) != file_name(file))
            result.take(line);
    }
    place();
    return result;
}

std::vector<ModprobeLine> ModprobeConfiguration::of(LineKind kind, const ModuleName &module) const {
    return named(kind, module);
}

std::vector<ModprobeLine> ModprobeConfiguration::named(LineKind kind, std::string_view name) const {
    std::vector<ModprobeLine> result;
    for (const auto &line : lines_)
        if (line.kind == kind && line.name == name)
            result.push_back(line);
    return result;
}

// The kernel gets all lines as one text: an unclosed quote of one line continues in the next.
std::vector<ConfiguredOption> ModprobeConfiguration::options_named(std::string_view name) const {
    auto lines = named(LineKind::Options, name);
    // "module." on the kernel's command line says nothing, not even a blank in such a quote
    std::erase_if(lines, [](const auto &line) { return line.rest.empty(); });
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
        for (auto more = line; ends[more] < begin + word.size();) {
            ++more;
            option.origin.is_public = option.origin.is_public && lines[more].origin.is_public;
        }
    }
    return result;
}

std::optional<ConfiguredOption>
ModprobeConfiguration::option_named(std::string_view name, std::string_view parameter) const {
    std::optional<ConfiguredOption> result;
    for (auto &option : options_named(name))
        if (is_same_name(option.name, parameter))
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
        if (line.kind == kind && fits(line.name, text))
            return &line;
    return nullptr;
}

bool ModprobeConfiguration::has_alias(std::string_view text) const {
    return std::any_of(lines_.begin(), lines_.end(), [&](const auto &line) {
        return line.kind == LineKind::Alias && line.name == text;
    });
}

std::optional<ModprobeLine> ModprobeConfiguration::blocking_install(std::string_view module) const {
    const auto *line = first_matching(LineKind::Install, module);
    return line != nullptr && loads_nothing(*line) ? std::optional(*line) : std::nullopt;
}

std::vector<std::string> ModprobeConfiguration::weak_dependencies(const ModuleName &module) const {
    std::vector<std::string> result;
    if (const auto *line = first_matching(LineKind::Weakdep, module))
        for (const auto word : split(line->rest, " \t"))
            if (std::find(result.begin(), result.end(), word) == result.end())
                result.emplace_back(word);
    return result;
}

bool ModprobeConfiguration::options_are_public(std::string_view module) const {
    return std::none_of(hidden_options_.begin(), hidden_options_.end(),
                        [&](const auto &line) { return line.name == module; });
}

bool ModprobeConfiguration::options_are_public(std::string_view module,
                                               std::string_view options) const {
    const auto all = fmt::format(" {} ", options);
    return options_are_public(module) &&
           std::none_of(hidden_options_.begin(), hidden_options_.end(), [&](const auto &line) {
               return all.find(fmt::format(" {} ", line.rest)) != std::string::npos;
           });
}

} // namespace mk
