// SPDX-License-Identifier: GPL-2.0-only
#include "kmod/conf_files.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <unistd.h>

#include "base/folder.hpp"
#include "base/public_file.hpp"
#include "base/root_path.hpp"
#include "base/text_file.hpp"

namespace mk {

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

// /lib may lead to /usr/lib.
bool is_one_file(const std::string &one, const std::string &other) {
    std::error_code failed;
    return fs::equivalent(one, other, failed);
}

// The place where the file at @path is read.
std::string real_path(const std::string &path, const ConfRules &rules) {
    return rules.root.empty() ? path : within_root(rules.root, path);
}

// A link to it hides a file; it is not a regular file and is empty.
bool is_null(const std::string &path, const ConfRules &rules) {
    std::error_code failed;
    return fs::canonical(path, failed) == "/dev/null" ||
           (!rules.root.empty() && path == rules.root + "/dev/null");
}

// Whether the file at @path hides files of the same name in later directories.
bool hides(const std::string &path, const ConfRules &rules) {
    std::error_code failed;
    const auto real = real_path(path, rules);
    if (!rules.folders_hide && fs::is_directory(real, failed))
        return false;
    return rules.dangling_links_hide || !fs::is_symlink(path, failed) || is_null(real, rules) ||
           fs::exists(real, failed) || failed;
}

std::string reason_of(const std::string &path) {
    if (access(path.c_str(), R_OK) < 0)
        return std::strerror(errno);
    std::error_code failed;
    return fs::is_directory(path, failed) ? "it is a folder" : "it is too long, or reading failed";
}

std::optional<std::string> text_of(const std::string &path, const ConfRules &rules) {
    std::error_code failed;
    if (is_null(path, rules))
        return "";
    return fs::is_regular_file(path, failed) ? read_text(path) : std::nullopt;
}

} // namespace

ConfFiles read_conf_files(const std::vector<std::string> &folders, const ConfRules &rules) {
    ConfFiles result;
    std::map<std::string, std::string> chosen;
    for (const auto &folder : folders) {
        auto names = entries(real_path(folder, rules));
        if (!names && names.error().code != ErrorCode::NotFound)
            result.unread.push_back({folder, names.error().message});
        for (const auto &name : names ? names.value() : std::vector<std::string>()) {
            std::string path = folder;
            path.append("/").append(name);
            if (!has_ending(name, rules))
                continue;
            if (!hides(path, rules))
                result.unread.push_back({path, reason_of(real_path(path, rules))});
            else if (const auto [by, is_first] = chosen.try_emplace(name, path);
                     !is_first && !is_one_file(by->second, path))
                result.hidden.push_back({std::move(path), by->second});
        }
    }
    for (const auto &[name, path] : chosen) {
        const auto real = real_path(path, rules);
        if (auto text = text_of(real, rules))
            result.files.push_back({path, {std::move(*text), everybody_reads(real)}});
        else
            result.unread.push_back({path, reason_of(real)});
    }
    return result;
}

} // namespace mk
