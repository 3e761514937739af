// SPDX-License-Identifier: GPL-2.0-only
#include "service/worker.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace mk::service {

namespace {

constexpr int first_own_fd = 3;

void write_all(int fd, const std::string &bytes) {
    for (std::size_t done = 0; done < bytes.size();) {
        auto wrote = write(fd, bytes.data() + done, bytes.size() - done);
        if (wrote < 0 && errno != EINTR)
            return;
        if (wrote > 0)
            done += static_cast<std::size_t>(wrote);
    }
}

[[noreturn]] void run(int output, const std::function<std::string()> &work) {
    // The bus and the driver are not this process's to keep open.
    int fd = dup2(output, first_own_fd);
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    close_range(first_own_fd + 1, ~0U, 0);
    // The event loop has signals blocked; a command of modprobe.d must not inherit that.
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    signal(SIGPIPE, SIG_IGN);
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_PID");
    prctl(PR_SET_NAME, "modkeeperd-job");
    write_all(fd, work());
    _exit(EXIT_SUCCESS);
}

} // namespace

Worker start_worker(const std::function<std::string()> &work) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return {-errno, {}};
    Worker worker{0, Descriptor(ends[0])};
    Descriptor input(ends[1]);
    fcntl(worker.output.get(), F_SETFL, O_NONBLOCK);
    worker.process = fork();
    if (worker.process == 0)
        run(input.get(), work);
    if (worker.process < 0)
        worker.process = -errno;
    return worker;
}

std::string end_of_worker(pid_t process) {
    int status = 0;
    while (waitpid(process, &status, 0) < 0)
        if (errno != EINTR)
            return "unknown";
    if (WIFSIGNALED(status))
        return fmt::format("signal {}", WTERMSIG(status));
    return WEXITSTATUS(status) == 0 ? "" : fmt::format("status {}", WEXITSTATUS(status));
}

} // namespace mk::service
