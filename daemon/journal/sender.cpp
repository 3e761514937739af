// SPDX-License-Identifier: GPL-2.0-only
#include "journal/sender.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/descriptor.hpp"
#include "base/write_all.hpp"

namespace mk::journal {

namespace {

constexpr int buffer_bytes = 1 << 20;

// journald accepts a file in memory that nobody can change any more. -1: there is none, see errno.
Descriptor sealed_file(const std::string &bytes) {
    constexpr int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL;
    Descriptor file(memfd_create("modkeeper-entry", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (!file || write_all(file.get(), bytes) != 0 || fcntl(file.get(), F_ADD_SEALS, seals) < 0)
        return {};
    return file;
}

// 0 or -errno.
int send_descriptor(int socket, const sockaddr_un &address, int fd) {
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof fd)] = {};
    msghdr message{};
    message.msg_name = const_cast<sockaddr_un *>(&address);
    message.msg_namelen = sizeof address;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof fd);
    std::memcpy(CMSG_DATA(header), &fd, sizeof fd);
    return sendmsg(socket, &message, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

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
    // the identifier, as libsystemd would set it
    const auto bytes = datagram_of(fields) + "SYSLOG_IDENTIFIER=modkeeperd\n";
    if (sendto(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL,
               reinterpret_cast<const sockaddr *>(&address), sizeof address) >= 0)
        return 0;
    if (errno != EMSGSIZE && errno != ENOBUFS)
        return -errno;
    const auto file = sealed_file(bytes);
    return file ? send_descriptor(fd_, address, file.get()) : -errno;
}

// "FIELD=value", or, if the value has more than one line: the name, its length in 8 bytes,
// little-endian, and the value.
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
