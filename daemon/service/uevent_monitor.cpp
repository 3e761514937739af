// SPDX-License-Identifier: GPL-2.0-only
#include "service/uevent_monitor.hpp"

#include <fmt/format.h>
#include <linux/netlink.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "bus/callback.hpp"

namespace mk::service {

namespace {

constexpr unsigned kernel_group = 1; // group 2 is what udev says

} // namespace

Result<void> UeventMonitor::start(sd_event *event) {
    auto failed = [](const char *what) {
        return Error{ErrorCode::Failed, fmt::format("device events cannot be watched: {}: {}", what,
                                                    std::strerror(errno))};
    };
    socket_ = Descriptor(
        socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_KOBJECT_UEVENT));
    if (!socket_)
        return failed("socket");
    // The largest allowed buffer: a burst of hotplug events must not push out those of modules.
    int size = 4 << 20;
    setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    sockaddr_nl address{};
    address.nl_family = AF_NETLINK;
    address.nl_groups = kernel_group;
    if (bind(socket_.get(), reinterpret_cast<sockaddr *>(&address), sizeof address) < 0)
        return failed("bind");
    sd_event_source *source = nullptr;
    if (int error = sd_event_add_io(event, &source, socket_.get(), EPOLLIN,
                                    bus::callback<on_readable>, this);
        error < 0) {
        errno = -error;
        return failed("event loop");
    }
    source_.reset(source);
    (void)sd_event_source_set_ratelimit(source, batch_us, 1);
    return {};
}

void UeventMonitor::drain() {
    std::array<char, 8192> buffer;
    while (socket_) {
        sockaddr_nl sender{};
        socklen_t length = sizeof sender;
        auto got = recvfrom(socket_.get(), buffer.data(), buffer.size(), 0,
                            reinterpret_cast<sockaddr *>(&sender), &length);
        if (got < 0 && errno == ENOBUFS) {
            handlers_.lost();
            continue;
        }
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return;
        // Only messages of the kernel itself have no sender's port.
        if (sender.nl_pid != 0)
            continue;
        if (auto event = parse_uevent({buffer.data(), static_cast<std::size_t>(got)}))
            handlers_.event(*event);
    }
}

int UeventMonitor::on_readable(sd_event_source *, int, uint32_t, void *userdata) {
    static_cast<UeventMonitor *>(userdata)->drain();
    return 0;
}

} // namespace mk::service
