// SPDX-License-Identifier: GPL-2.0-only
#include "system/ssh_connection.hpp"

#include <charconv>

#include "base/root_path.hpp"
#include "base/text_file.hpp"

namespace mk {

namespace {

constexpr int parents_max = 64;
constexpr std::string_view variable = "SSH_CONNECTION=";

std::optional<SshConnection> of_environment(const std::string &file) {
    const auto text = read_text(file).value_or("");
    for (const auto one : split(text, std::string_view("\0", 1)))
        if (one.starts_with(variable))
            return ssh_connection_in(one.substr(variable.size()));
    return std::nullopt;
}

// "1234 (name with ) and blanks) S 1230 ..."; 0: there is none.
pid_t parent_in(const std::string &stat) {
    const auto end = stat.rfind(')');
    const auto words =
        split(std::string_view(stat).substr(end == std::string::npos ? 0 : end + 1), " ");
    pid_t parent = 0;
    if (words.size() > 1)
        std::from_chars(words[1].data(), words[1].data() + words[1].size(), parent);
    return parent;
}

} // namespace

std::optional<SshConnection> ssh_connection_in(std::string_view text) {
    const auto words = split(text, " ");
    if (words.size() != 4)
        return std::nullopt;
    return SshConnection{std::string(words[0]), std::string(words[2])};
}

std::optional<SshConnection> ssh_connection_of(pid_t process, const std::string &root) {
    for (int i = 0; process > 1 && i < parents_max; ++i) {
        const auto folder = "/proc/" + std::to_string(process);
        if (auto found = of_environment(path_in(root, folder + "/environ")))
            return found;
        process = parent_in(read_line(path_in(root, folder + "/stat")));
    }
    return std::nullopt;
}

} // namespace mk
