// SPDX-License-Identifier: GPL-2.0-only
#include "engine/configuration/conf_files.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <unistd.h>

#include "engine/folder.hpp"
#include "engine/text_file.hpp"

namespace mk::engine {

namespace {

namespace fs = std::filesystem;

bool counts(const std::string &name, const std::vector<std::string_view> &endings) {
    if (name.starts_with('.'))
        return false;
    for (auto ending : endings)
        if (name.size() > ending.size() && name.ends_with(ending))
            return true;
    return false;
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

ConfFiles read_conf_files(const std::vector<std::string> &folders,
                          const std::vector<std::string_view> &endings) {
    ConfFiles result;
    std::map<std::string, std::string> chosen;
    for (const auto &folder : folders) {
        auto names = entries(folder);
        if (!names && names.error().code != ErrorCode::NotFound)
            result.unread.push_back({folder, names.error().message});
        for (auto &name : names ? names.value() : std::vector<std::string>())
            if (counts(name, endings))
                chosen.emplace(name, folder + "/" + name);
    }
    for (const auto &[name, path] : chosen) {
        if (auto text = text_of(path))
            result.files.push_back({path, std::move(*text)});
        else
            result.unread.push_back({path, reason_of(path)});
    }
    return result;
}

} // namespace mk::engine
