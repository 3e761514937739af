// SPDX-License-Identifier: GPL-2.0-only
#include "holders/vsock_dump.hpp"

#include <sys/socket.h> // older kernel headers need it, and do not include it

#include <fcntl.h>
#include <linux/vm_sockets.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <limits>
#include <optional>

#include "base/descriptor.hpp"

namespace mk {

namespace {

// Nothing: it is not connected, or cannot be asked.
std::optional<std::uint32_t> peer_of(std::uint32_t pid, int fd) {
    const Descriptor process(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
    if (!process)
        return std::nullopt;
    const Descriptor socket(static_cast<int>(syscall(SYS_pidfd_getfd, process.get(), fd, 0)));
    sockaddr_vm address{};
    socklen_t size = sizeof address;
    if (!socket || getpeername(socket.get(), reinterpret_cast<sockaddr *>(&address), &size) != 0 ||
        address.svm_family != AF_VSOCK)
        return std::nullopt;
    return address.svm_cid;
}

std::uint32_t own_number() {
    std::uint32_t number = std::numeric_limits<std::uint32_t>::max();
    const Descriptor device(open("/dev/vsock", O_RDONLY | O_CLOEXEC));
    if (!device || ioctl(device.get(), IOCTL_VM_SOCKETS_GET_LOCAL_CID, &number) != 0)
        return std::numeric_limits<std::uint32_t>::max();
    return number;
}

} // namespace

VsockSockets read_vsock_sockets(const driver::Holders &sockets) {
    VsockSockets found;
    for (const auto &file : sockets.all)
        if (file.kind == driver::Holder::Kind::File && file.name.starts_with("socket:"))
            if (const auto peer = peer_of(file.process, file.fd))
                found.all.push_back({file, *peer});
    if (!found.all.empty())
        found.own = own_number();
    return found;
}

} // namespace mk
