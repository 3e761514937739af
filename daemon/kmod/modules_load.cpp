// SPDX-License-Identifier: GPL-2.0-only
#include "kmod/modules_load.hpp"

#include <algorithm>

#include "base/assignments.hpp"
#include "base/text_file.hpp"
#include "system/kernel_command_line.hpp"

namespace mk {

namespace {

std::string_view stripped(std::string_view text) {
    constexpr std::string_view blank = " \t\r";
    auto begin = text.find_first_not_of(blank);
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(blank) + 1 - begin);
}

// systemd accepts either spelling.
bool is_key(std::string name) {
    std::replace(name.begin(), name.end(), '-', '_');
    return name == "modules_load" || name == "rd.modules_load";
}

} // namespace

std::vector<EnabledModule> parse_modules_load(std::string_view text, const Origin &file) {
    std::vector<EnabledModule> result;
    for (unsigned number = 1; !text.empty(); ++number) {
        auto line = stripped(text.substr(0, text.find('\n')));
        text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
        if (!line.empty() && line.front() != '#' && line.front() != ';')
            result.push_back({std::string(line), {file.file, number, file.is_public}});
    }
    return result;
}

EnabledModules EnabledModules::read(const ConfigurationPlaces &places) {
    EnabledModules result;
    auto found = read_conf_files(places.modules_load_folders(), {.root = places.root});
    result.unread = std::move(found.unread);
    const auto line = read_command_line(places.command_line_file());
    if (!line)
        result.unread.push_back({places.command_line_file(), "it cannot be read"});
    for (const auto &word : split_assignments(line ? line.value() : ""))
        if (word.has_value && is_key(word.name))
            for (auto name : split(word.value, ","))
                result.modules.push_back({std::string(name), {}});
    for (const auto &file : found.files)
        for (auto &module : parse_modules_load(file.text.text(), file.origin()))
            result.modules.push_back(std::move(module));
    return result;
}

std::vector<EnabledModule> EnabledModules::of(const ModuleName &module) const {
    std::vector<EnabledModule> result;
    for (const auto &one : modules)
        if (module == one.name)
            result.push_back(one);
    return result;
}

} // namespace mk
