// SPDX-License-Identifier: GPL-2.0-only
#include "base/root_path.hpp"

#include <deque>
#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>

#include "base/text_file.hpp"

namespace mk {

namespace {

namespace fs = std::filesystem;

constexpr int links_max = 40; // as in the kernel
// No path leads below this, whatever the image contains.
constexpr const char *nowhere = "/dev/null/too many levels of symbolic links";

std::deque<std::string> pieces_of(std::string_view path) {
    std::deque<std::string> pieces;
    for (const auto piece : split(path, "/"))
        pieces.emplace_back(piece);
    return pieces;
}

// Below @root, "" or with a leading slash. Nothing: more links than the kernel follows.
std::optional<std::string> resolved(const std::string &root, std::deque<std::string> rest) {
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
        auto next = path;
        next.append("/").append(piece);
        const auto target = fs::read_symlink(root + next, none);
        if (none) {
            path = std::move(next);
            continue;
        }
        if (++links > links_max)
            return std::nullopt;
        if (target.is_absolute())
            path.clear();
        const auto more = pieces_of(target.native());
        rest.insert(rest.begin(), more.begin(), more.end());
    }
    return path;
}

} // namespace

std::string within_root(const std::string &root, const std::string &path) {
    if (path.starts_with(nowhere))
        return path;
    const auto behind = resolved(root, pieces_of(std::string_view(path).substr(root.size())));
    if (!behind)
        return nowhere;
    auto inside = root + *behind;
    std::error_code failed;
    const auto one = fs::weakly_canonical(path, failed);
    if (failed)
        return inside;
    const auto other = fs::weakly_canonical(inside, failed);
    // callers that know the path by its name must be able to recognise it
    return !failed && one == other ? path : inside;
}

std::string path_in(const std::string &root, const std::string &path) {
    return root.empty() ? path : within_root(root, root + path);
}

} // namespace mk
