// SPDX-License-Identifier: GPL-2.0-only
#include "engine/blacklist.hpp"

#include <filesystem>
#include <set>

#include "engine/folder.hpp"
#include "engine/module_name.hpp"
#include "engine/text_file.hpp"

namespace mk::engine {

namespace {

bool has_blacklist_line(const std::string &path, std::string_view name) {
    auto text = read_text(path);
    if (!text)
        return false;
    for (auto line : split(*text, "\n")) {
        auto words = split(line, " \t");
        if (words.size() >= 2 && words[0] == "blacklist" && canonical_name(words[1]) == name)
            return true;
    }
    return false;
}

bool on_command_line(const std::string &file, std::string_view name) {
    auto text = read_text(file);
    if (!text)
        return false;
    constexpr std::string_view key = "modprobe.blacklist=";
    for (auto word : split(*text, " \n")) {
        if (!word.starts_with(key))
            continue;
        for (auto listed : split(word.substr(key.size()), ","))
            if (canonical_name(listed) == name)
                return true;
    }
    return false;
}

} // namespace

std::string find_blacklist_line(std::string_view name, const std::vector<std::string> &config_dirs,
                                const std::string &cmdline_file) {
    static const std::vector<std::string> system = {"/etc/modprobe.d", "/run/modprobe.d",
                                                    "/usr/local/lib/modprobe.d", "/lib/modprobe.d"};
    std::set<std::string> seen;
    for (const auto &dir : config_dirs.empty() ? system : config_dirs) {
        for (const auto &entry : readable_entries(dir)) {
            if (!entry.ends_with(".conf") || !seen.insert(entry).second)
                continue;
            auto path = dir;
            path.append("/").append(entry);
            if (has_blacklist_line(path, name))
                return path;
        }
    }
    if (on_command_line(cmdline_file, name))
        return "modprobe.blacklist= on the kernel command line";
    return {};
}

} // namespace mk::engine
