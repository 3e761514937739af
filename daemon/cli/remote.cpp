// SPDX-License-Identifier: GPL-2.0-only
#include "cli/remote.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <spawn.h>
#include <string_view>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/module_name.hpp"
#include "base/shell_word.hpp"
#include "base/terminal.hpp"

namespace mk::cli {
namespace {

// Exit status of ssh itself on failure, and of a shell without such a program.
constexpr int no_connection = 255;
constexpr int no_program = 127;

Failure not_connected(const RemoteCall &call, const std::string &why) {
    return {{ErrorCode::Failed, fmt::format("cannot reach {}: {}", quote(call.host), why)},
            "",
            ExitCode::NoConnection};
}

Ended ended_with(const RemoteCall &call, int status) {
    if (!WIFEXITED(status))
        return not_connected(call, fmt::format("ssh was killed by signal {}", WTERMSIG(status)));
    if (WEXITSTATUS(status) == no_connection)
        return not_connected(call, "ssh could not connect, or lost the connection");
    if (WEXITSTATUS(status) == no_program)
        return Failure{{ErrorCode::Failed,
                        fmt::format("{} has no program modkeeper in its PATH, or cannot start it",
                                    quote(call.host))},
                       "",
                       ExitCode::NoProgramThere};
    return static_cast<ExitCode>(WEXITSTATUS(status));
}

} // namespace

std::optional<RemoteCall> remote_call(const std::vector<std::string> &words) {
    constexpr std::string_view with_value = "--host=";
    std::optional<std::string> host;
    std::vector<std::string> rest;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string &word = words[i];
        if (word == "--") {
            rest.insert(rest.end(), words.begin() + static_cast<std::ptrdiff_t>(i), words.end());
            break;
        }
        if (word == "-H" || word == "--host") {
            if (i + 1 == words.size())
                return std::nullopt;
            host = words[++i];
        } else if (word.starts_with(with_value)) {
            host = word.substr(with_value.size());
        } else if (word.starts_with("-H")) {
            host = word.substr(2);
        } else {
            rest.push_back(word);
        }
    }
    if (!host)
        return std::nullopt;
    return RemoteCall{std::move(*host), std::move(rest)};
}

std::string remote_line(const RemoteCall &call) {
    std::string line = "modkeeper";
    for (const std::string &word : call.words)
        line += ' ' + shell_word(word);
    return line;
}

Ended run_remote(const RemoteCall &call) {
    // ssh would take it as an option
    if (call.host.empty() || call.host.starts_with('-'))
        return Failure{{ErrorCode::InvalidArgument,
                        fmt::format("{} is not a valid host name", quote(call.host))}};
    // a terminal there makes colours, pager and questions work; a program wants plain bytes
    std::vector<std::string> words = {"ssh", is_terminal(stdout) ? "-t" : "-T", "--", call.host,
                                      remote_line(call)};
    std::vector<char *> argv;
    argv.reserve(words.size() + 1);
    for (std::string &word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    std::fflush(nullptr);
    pid_t child = 0;
    if (const int error = posix_spawnp(&child, "ssh", nullptr, nullptr, argv.data(), environ);
        error != 0)
        return not_connected(call,
                             fmt::format("cannot run ssh ({}); install the package openssh-client",
                                         std::strerror(error)));
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return ended_with(call, status);
}

} // namespace mk::cli
