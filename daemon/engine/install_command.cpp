// SPDX-License-Identifier: GPL-2.0-only
#include "engine/install_command.hpp"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

namespace mk::engine {

int run_install_command(const std::string &command) {
    // posix_spawn wants writable strings and does not write to them.
    std::string shell = "/bin/sh";
    std::string flag = "-c";
    std::string text = command;
    char *arguments[] = {shell.data(), flag.data(), text.data(), nullptr};
    pid_t child = 0;
    if (posix_spawn(&child, shell.c_str(), nullptr, nullptr, arguments, environ) != 0)
        return 127;
    int status = 0;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return 127;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

} // namespace mk::engine
