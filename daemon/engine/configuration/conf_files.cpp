// SPDX-License-Identifier: GPL-2.0-only
#include "engine/configuration/conf_files.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/folder.hpp"
#include "engine/text_file.hpp"

namespace mk::engine {

namespace {

namespace fs = std::filesystem;

bool has_ending(const std::string &name, const ConfRules &rules) {
    if (name.starts_with('.'))
        return false;
    for (auto ending : rules.endings)
        if (name.size() > ending.size() && name.ends_with(ending))
            return true;
    return false;
}

// Does what is at @path keep files of the same name in the folders that follow from being read?
bool hides(const std::string &path, const ConfRules &rules) {
    std::error_code failed;
    if (!rules.folders_hide && fs::is_directory(path, failed))
        return false;
    return rules.dangling_links_hide || !fs::is_symlink(path, failed) || fs::exists(path, failed) ||
           failed;
}

// Others may look into each folder on the way, links resolved.
bool everybody_reads(const std::string &path) {
    std::error_code failed;
    auto at = fs::canonical(path, failed);
    struct stat status {};
    if (failed || stat(at.c_str(), &status) < 0 || (status.st_mode & S_IROTH) == 0)
        return false;
    while (at.has_relative_path()) {
        at = at.parent_path();
        if (stat(at.c_str(), &status) < 0 || (status.st_mode & S_IXOTH) == 0)
            return false;
    }
    return true;
}

std::string reason_of(const std::string &path) {
    if (access(path.c_str(), R_OK) < 0)
        return std::strerror(errno);
    std::error_code failed;
    return fs::is_directory(path, failed) ? "it is a folder" : "it is too long, or reading failed";
}

// A link to /dev/null is how a file is hidden; it is no regular file and there is nothing in it.
std::optional<std::string> text_of(const std::string &path) {
    std::error_code failed;
    if (fs::canonical(path, failed) == "/dev/null")
        return "";
    return fs::is_regular_file(path, failed) ? read_text(path) : std::nullopt;
}

} // namespace

ConfFiles read_conf_files(const std::vector<std::string> &folders, const ConfRules &rules) {
    ConfFiles result;
    std::map<std::string, std::string> chosen;
    for (const auto &folder : folders) {
        auto names = entries(folder);
        if (!names && names.error().code != ErrorCode::NotFound)
            result.unread.push_back({folder, names.error().message});
        for (auto &name : names ? names.value() : std::vector<std::string>()) {
            std::string path = folder;
            path.append("/").append(name);
            if (!has_ending(name, rules))
                continue;
            if (hides(path, rules))
                chosen.emplace(std::move(name), std::move(path));
            else
                result.unread.push_back({path, reason_of(path)});
        }
    }
    for (const auto &[name, path] : chosen) {
        if (auto text = text_of(path))
            result.files.push_back({path, std::move(*text), everybody_reads(path)});
        else
            result.unread.push_back({path, reason_of(path)});
    }
    return result;
}

} // namespace mk::engine
