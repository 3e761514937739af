// SPDX-License-Identifier: GPL-2.0-only
// Choice of the pager, and what it may do.
#include "cli/output/pager.hpp"

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <unistd.h>

#include "base/terminal.hpp"
#include "base/text_file.hpp"

namespace mk::cli {
namespace {

std::string text_of(const char *variable) {
    const char *value = std::getenv(variable);
    return value == nullptr ? "" : value;
}

bool can_run(const std::string &program) {
    return access(program.c_str(), X_OK) == 0;
}

// The login user: becoming another user does not change it.
std::optional<uid_t> login_uid() {
    const std::string text = read_line("/proc/self/loginuid");
    uid_t uid = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), uid);
    constexpr auto unset = static_cast<uid_t>(-1);
    return read.ec == std::errc{} && uid != unset ? std::optional(uid) : std::nullopt;
}

// systemd's name for the session of a user, where there is no audit.
std::optional<uid_t> session_uid() {
    constexpr std::string_view slice = "/user-";
    const std::string groups = read_text("/proc/self/cgroup").value_or("");
    const std::size_t at = groups.find(slice);
    if (at == std::string::npos)
        return std::nullopt;
    uid_t uid = 0;
    const char *digits = groups.data() + at + slice.size();
    const auto read = std::from_chars(digits, groups.data() + groups.size(), uid);
    return read.ec == std::errc{} ? std::optional(uid) : std::nullopt;
}

bool too_long(const std::string &text) {
    const unsigned rows = terminal_size().rows;
    return rows > 0 && std::count(text.begin(), text.end(), '\n') >= static_cast<long>(rows);
}

} // namespace

Actor Actor::of_this_process() {
    Actor actor;
    actor.real = getuid();
    actor.effective = geteuid();
    for (const auto &owner : {login_uid(), session_uid()})
        if (owner)
            actor.owners.push_back(*owner);
    actor.became = !text_of("SUDO_UID").empty() || !text_of("PKEXEC_UID").empty();
    return actor;
}

bool Actor::acts_for_another() const {
    return became || effective != real ||
           std::any_of(owners.begin(), owners.end(),
                       [&](uid_t owner) { return owner != effective; });
}

Pager pager_for(const Actor &actor, const std::string &wanted) {
    const bool confined = actor.acts_for_another();
    if (wanted == "cat")
        return {};
    if (!wanted.empty() && !confined)
        return {wanted, false};
    for (const char *less : {"/usr/bin/less", "/bin/less"})
        if (can_run(less))
            return {less, confined};
    return {};
}

void print_paged(const std::string &text, bool allowed) {
    if (allowed && is_terminal(stdout) && too_long(text)) {
        const Pager chosen = pager_for(Actor::of_this_process(), text_of("PAGER"));
        if (chosen.confined)
            setenv("LESSSECURE", "1", 1);
        // quit if it fits, keep colours, do not clear the screen: what the tables are made for
        setenv("LESS", "FRX", chosen.confined ? 1 : 0);
        if (FILE *pager = chosen.command.empty() ? nullptr : popen(chosen.command.c_str(), "w")) {
            // a pager that is left before the end is no failure
            std::signal(SIGPIPE, SIG_IGN);
            std::fwrite(text.data(), 1, text.size(), pager);
            pclose(pager);
            return;
        }
    }
    std::fwrite(text.data(), 1, text.size(), stdout);
}

} // namespace mk::cli
