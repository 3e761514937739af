// SPDX-License-Identifier: GPL-2.0-only
// What a daemon takes at rest: starts it as systemd would, waits until it says that it is ready and
// then some more, and reads what the kernel says of its memory.
#include <cerrno>
#include <chrono>
#include <cinttypes>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

#include "commands.hpp"

namespace mk::bench {

namespace {

constexpr char notify_path[] = "/notify";
constexpr unsigned settle_us = 3'000'000;

int listen_for_ready() {
    int socket_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, notify_path);
    unlink(notify_path);
    timeval limit{1, 0};
    if (socket_ < 0 || bind(socket_, reinterpret_cast<sockaddr *>(&address), sizeof(address)) ||
        setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)))
        throw std::system_error(errno, std::generic_category(), notify_path);
    return socket_;
}

void wait_for_ready(int notifications, pid_t daemon) {
    for (int seconds = 0; seconds < 60;) {
        char message[1024];
        ssize_t got = recv(notifications, message, sizeof(message) - 1, 0);
        if (got < 0) {
            if (waitpid(daemon, nullptr, WNOHANG) == daemon)
                throw std::runtime_error("the daemon ended before it was ready");
            seconds++;
            continue;
        }
        message[got] = 0;
        if (std::strstr(message, "READY=1"))
            return;
    }
    throw std::runtime_error("the daemon did not become ready in 60 s");
}

struct Memory {
    std::uint64_t resident = 0;
    std::uint64_t unshared = 0;  // of it, nobody else's
    std::uint64_t anonymous = 0; // what no file has
};

Memory memory_of(pid_t process) {
    std::ifstream file("/proc/" + std::to_string(process) + "/smaps_rollup");
    Memory memory;
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        std::string key;
        std::uint64_t kilobytes = 0;
        words >> key >> kilobytes;
        if (key == "Rss:")
            memory.resident = kilobytes * 1024;
        else if (key == "Private_Clean:" || key == "Private_Dirty:")
            memory.unshared += kilobytes * 1024;
        if (key == "Anonymous:")
            memory.anonymous = kilobytes * 1024;
    }
    if (!memory.resident)
        throw std::runtime_error("the daemon went away");
    return memory;
}

} // namespace

// arguments: the program, and whether it says that it is ready ("notify") or not ("silent").
int measure_daemon(const Arguments &arguments) {
    const bool notifies = arguments[1] == "notify";
    int notifications = listen_for_ready();
    setenv("NOTIFY_SOCKET", notify_path, 1);
    auto started = std::chrono::steady_clock::now();
    pid_t daemon = fork();
    if (daemon == 0) {
        dup2(STDERR_FILENO, STDOUT_FILENO);
        execl(arguments[0].c_str(), arguments[0].c_str(), nullptr);
        std::perror(arguments[0].c_str());
        _exit(127);
    }
    if (notifies)
        wait_for_ready(notifications, daemon);
    std::chrono::duration<double> ready = std::chrono::steady_clock::now() - started;
    usleep(settle_us);
    Memory memory = memory_of(daemon);
    kill(daemon, SIGTERM);
    int status = 0;
    waitpid(daemon, &status, 0);
    const char *name = std::strrchr(arguments[0].c_str(), '/') + 1;
    std::printf("{\"job\": \"daemon\", \"program\": \"%s\", \"resident\": %" PRIu64
                ", \"private\": %" PRIu64 ", \"anonymous\": %" PRIu64
                ", \"ready_ms\": %.1f, \"exit_status\": %d}\n",
                name, memory.resident, memory.unshared, memory.anonymous,
                notifies ? ready.count() * 1e3 : 0.0,
                WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    return 0;
}

} // namespace mk::bench
