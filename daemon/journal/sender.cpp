// SPDX-License-Identifier: GPL-2.0-only
#include "journal/sender.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace mk::journal {

namespace {

constexpr int buffer_bytes = 1 << 20;

} // namespace

Sender::~Sender() {
    if (fd_ >= 0)
        close(fd_);
}

int Sender::open() {
    if (fd_ >= 0)
        return 0;
    fd_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd_ < 0)
        return -errno;
    setsockopt(fd_, SOL_SOCKET, SO_SNDBUF, &buffer_bytes, sizeof buffer_bytes);
    return 0;
}

int Sender::send(const Fields &fields) {
    if (int error = open(); error < 0)
        return error;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (place_.size() >= sizeof address.sun_path)
        return -ENAMETOOLONG;
    std::memcpy(address.sun_path, place_.c_str(), place_.size() + 1);
    // who speaks, as libsystemd would say it
    const auto bytes = datagram_of(fields) + "SYSLOG_IDENTIFIER=modkeeperd\n";
    if (sendto(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL,
               reinterpret_cast<const sockaddr *>(&address), sizeof address) >= 0)
        return 0;
    return errno == EMSGSIZE ? 0 : -errno;
}

// "FIELD=value", or where the value has more than one line: the name, its length in 8 bytes, little
// end first, and the value.
std::string datagram_of(const Fields &fields) {
    std::string bytes;
    for (const std::string_view field : fields) {
        const auto equals = field.find('=');
        if (field.find('\n') == std::string_view::npos || equals == std::string_view::npos) {
            bytes += field;
        } else {
            const auto value = field.substr(equals + 1);
            bytes += field.substr(0, equals);
            bytes += '\n';
            for (unsigned shift = 0; shift < 64; shift += 8)
                bytes += static_cast<char>(std::uint64_t{value.size()} >> shift & 0xff);
            bytes += value;
        }
        bytes += '\n';
    }
    return bytes;
}

} // namespace mk::journal
