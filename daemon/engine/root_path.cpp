// SPDX-License-Identifier: GPL-2.0-only
#include "engine/root_path.hpp"

#include <deque>
#include <filesystem>
#include <string_view>

#include "engine/text_file.hpp"

namespace mk::engine {

namespace {

namespace fs = std::filesystem;

constexpr int links_max = 40; // as in the kernel

std::deque<std::string> pieces_of(std::string_view path) {
    std::deque<std::string> pieces;
    for (const auto piece : split(path, "/"))
        pieces.emplace_back(piece);
    return pieces;
}

// Behind @root, "" or with a leading slash.
std::string resolved(const std::string &root, std::deque<std::string> rest) {
    std::string path;
    for (int links = 0; !rest.empty();) {
        const auto piece = std::move(rest.front());
        rest.pop_front();
        if (piece == ".")
            continue;
        if (piece == "..") {
            path.resize(path.empty() ? 0 : path.rfind('/'));
            continue;
        }
        std::error_code none;
        const auto next = path + "/" + piece;
        const auto target = fs::read_symlink(root + next, none);
        if (none || ++links > links_max) {
            path = next;
            continue;
        }
        if (target.is_absolute())
            path.clear();
        const auto more = pieces_of(target.native());
        rest.insert(rest.begin(), more.begin(), more.end());
    }
    return path;
}

} // namespace

std::string within_root(const std::string &root, const std::string &path) {
    const auto inside =
        root + resolved(root, pieces_of(std::string_view(path).substr(root.size())));
    std::error_code failed;
    // who knows the path by its name shall find it again
    return fs::weakly_canonical(path, failed) == fs::weakly_canonical(inside, failed) ? path
                                                                                      : inside;
}

} // namespace mk::engine
