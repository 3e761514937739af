// SPDX-License-Identifier: GPL-2.0-only
#include "journal/synchronize.hpp"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <string_view>

namespace mk::journal {

void synchronize() {
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, "/run/systemd/journal/io.systemd.journal");
    const timeval limit{2, 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
    // a varlink call: JSON ended by a NUL; the answer has the same form, and only its end matters
    static constexpr char call[] = R"({"method":"io.systemd.Journal.Synchronize"})";
    if (connect(fd, reinterpret_cast<const sockaddr *>(&address), sizeof(address)) == 0 &&
        send(fd, call, sizeof(call), MSG_NOSIGNAL) == static_cast<ssize_t>(sizeof(call))) {
        char answer[512];
        ssize_t got = 0;
        do
            got = recv(fd, answer, sizeof(answer), 0);
        while (got > 0 && answer[got - 1] != '\0');
    }
    close(fd);
}

} // namespace mk::journal
