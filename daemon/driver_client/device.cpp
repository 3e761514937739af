// SPDX-License-Identifier: GPL-2.0-only
// Meaning of each errno of the device for a caller.
#include "driver_client/device.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <span>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utility>

#include <linux/modkeeper.h>

#include "driver_client/abi_version.hpp"
#include "driver_client/module_decoder.hpp"
#include "driver_client/record_decoder.hpp"

namespace mk::driver {
namespace {

// Many whole records a read, and still little memory in the daemon.
constexpr std::size_t read_size = 16 * std::size_t{MODKEEPER_RECORD_MAX};

Error failure(const char *what, int number) {
    return Error{ErrorCode::Failed,
                 std::string(what) + " failed on " + Device::node + ": " + std::strerror(number)};
}

Error open_failure(const char *path, int number) {
    switch (number) {
    case ENOENT:
    case ENXIO:
    case ENODEV:
        return driver_absent();
    case EACCES:
    case EPERM:
        return Error{ErrorCode::NotAuthorized,
                     std::string("no permission to open ") + path +
                         ": add yourself to the group modkeeper, or use sudo"};
    default:
        return Error{ErrorCode::Failed,
                     std::string("cannot open ") + path + ": " + std::strerror(number)};
    }
}

// Calls request until the buffer is large enough for its answer, which may grow in between. Input
// is what the buffer begins with for the driver. 0 or an errno.
template <typename Control> int fill(int fd, unsigned long request, Control &control,
                                     std::vector<std::byte> &buffer, Bytes input = {}) {
    constexpr int attempts = 8;
    for (int attempt = 0; attempt < attempts; ++attempt) {
        if (buffer.size() < input.size())
            buffer.resize(input.size());
        std::ranges::copy(input, buffer.begin());
        control.buffer = reinterpret_cast<std::uintptr_t>(buffer.data());
        control.buffer_size = static_cast<__u32>(buffer.size());
        control.needed = 0;
        const bool answered = ioctl(fd, request, &control) == 0;
        if (!answered && errno != ENOSPC)
            return errno;
        if (answered && control.needed <= buffer.size()) {
            buffer.resize(control.needed);
            return 0;
        }
        // a quarter more than needed now, for modules that are loaded before the next call
        buffer.resize(control.needed + control.needed / 4 + 4096);
    }
    return ENOSPC;
}

} // namespace

Result<Device> Device::open(const char *path) {
    const int fd = ::open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return open_failure(path, errno);
    Device device(fd);
    modkeeper_info info{};
    if (ioctl(fd, MODKEEPER_IOC_INFO, &info) != 0)
        return failure("INFO", errno);
    TRY(check_version(info.abi_major, info.abi_minor));
    return device;
}

Device::Device(Device &&other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

Device &Device::operator=(Device &&other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
}

Device::~Device() {
    if (fd_ >= 0)
        close(fd_);
}

Result<Status> Device::status() const {
    modkeeper_info info{};
    modkeeper_stats stats{};
    if (ioctl(fd_, MODKEEPER_IOC_INFO, &info) != 0)
        return failure("INFO", errno);
    if (ioctl(fd_, MODKEEPER_IOC_STATS, &stats) != 0)
        return failure("STATS", errno);
    Status status;
    status.abi_major = info.abi_major;
    status.abi_minor = info.abi_minor;
    status.version.assign(info.version, strnlen(info.version, sizeof(info.version)));
    status.features = info.features;
    status.ring_bytes = info.ring_bytes;
    status.produced = stats.produced;
    status.overwritten = stats.overwritten;
    status.missed = stats.missed;
    status.readers = stats.readers;
    status.modules_loaded = stats.modules_loaded;
    status.generation = stats.generation;
    status.suppressed = stats.suppressed;
    // the driver reports how much of the structure it knows
    if (stats.size >= sizeof(stats))
        status.probes_missed = stats.probes_missed;
    return status;
}

Result<std::vector<LoadedModule>> Device::snapshot() const {
    modkeeper_snapshot control{};
    std::vector<std::byte> buffer;
    if (const int number = fill(fd_, MODKEEPER_IOC_SNAPSHOT, control, buffer); number != 0)
        return failure("SNAPSHOT", number);
    return decode_modules(buffer);
}

Result<LoadedModule> Device::query(const ModuleName &name) const {
    modkeeper_query control{};
    if (name.empty() || name.str().size() >= sizeof(control.name))
        return Error{ErrorCode::InvalidArgument, "\"" + name + "\" is not a valid module name"};
    std::memcpy(control.name, name.c_str(), name.str().size());
    std::vector<std::byte> buffer(4096);
    if (const int number = fill(fd_, MODKEEPER_IOC_QUERY, control, buffer); number != 0) {
        if (number == ENOENT)
            return Error{ErrorCode::NotFound, "the driver has never seen a module " + name};
        if (number == EINVAL)
            return Error{ErrorCode::InvalidArgument, "\"" + name + "\" is not a valid module name"};
        return failure("QUERY", number);
    }
    auto modules = decode_modules(buffer);
    if (!modules)
        return modules.error();
    if (modules.value().size() != 1)
        return Error{ErrorCode::Failed, "the driver answered QUERY with " +
                                            std::to_string(modules.value().size()) + " modules"};
    return std::move(modules.value().front());
}

Result<Holders> Device::holders(const ModuleName &name, const std::vector<DeviceId> &nodes) const {
    modkeeper_holders control{};
    if (name.empty() || name.str().size() >= sizeof(control.name))
        return Error{ErrorCode::InvalidArgument, "\"" + name + "\" is not a valid module name"};
    std::memcpy(control.name, name.c_str(), name.str().size());
    std::vector<modkeeper_node> asked;
    asked.reserve(nodes.size());
    for (const auto &one : nodes)
        asked.push_back({one.block ? MODKEEPER_NODE_BLOCK : MODKEEPER_NODE_CHARACTER,
                         one.number.major, one.number.minor, 0});
    std::vector<std::byte> buffer(4096);
    control.flags = asked.empty() ? 0 : MODKEEPER_HOLDERS_NODES;
    control.node_count = static_cast<__u32>(asked.size());
    int number = fill(fd_, MODKEEPER_IOC_HOLDERS, control, buffer, std::as_bytes(std::span(asked)));
    const bool has_nodes = number == 0;
    if (number == EINVAL && control.flags != 0) { // an older driver, or there are too many
        control.flags = control.node_count = 0;
        number = fill(fd_, MODKEEPER_IOC_HOLDERS, control, buffer);
    }
    if (number == ENOENT)
        return Error{ErrorCode::NotFound, "the driver has never seen a module " + name};
    if (number != 0)
        return failure("HOLDERS", number);
    auto decoded = TRY(decode_holders(buffer));
    return Holders{std::move(decoded), (control.answer_flags & MODKEEPER_HOLDERS_CUT) != 0,
                   has_nodes};
}

Result<void> Device::act_for(const JobCaller &client) const {
    modkeeper_client stated{};
    stated.pid = static_cast<__u32>(client.pid);
    stated.uid = client.uid;
    stated.loginuid = client.login_uid.value_or(no_loginuid);
    // root of whose process nothing is known; a driver that does not know the flag takes the others
    if (stated.pid == 0 && stated.uid == 0)
        stated.flags = MODKEEPER_CLIENT_THERE;
    if (client.is_in_container)
        stated.flags |=
            MODKEEPER_CLIENT_SEEN | (*client.is_in_container ? MODKEEPER_CLIENT_CONTAINER : 0);
    client.comm.copy(stated.comm, sizeof(stated.comm) - 1);
    client.cgroup.copy(stated.cgroup, sizeof(stated.cgroup) - 1);
    if (ioctl(fd_, MODKEEPER_IOC_CLIENT, &stated) == 0 || errno == ENOTTY)
        return {};
    if (errno == EPERM)
        return Error{ErrorCode::NotAuthorized, "no permission to load modules"};
    if (errno == ENOSPC)
        return Error{ErrorCode::Failed,
                     fmt::format("it keeps that of {} processes at most, and as many have not "
                                 "ended; one that hangs may only end with a reboot",
                                 clients_max)};
    return failure("CLIENT", errno);
}

Result<void> Device::seek_end() const {
    if (lseek(fd_, 0, SEEK_END) < 0)
        return failure("seek", errno);
    return {};
}

Result<std::optional<std::vector<Event>>> Device::read_batch() const {
    std::vector<std::byte> buffer(read_size);
    ssize_t count;
    do
        count = read(fd_, buffer.data(), buffer.size());
    while (count < 0 && errno == EINTR);
    if (count < 0 && errno != EAGAIN)
        return failure("read", errno);
    if (count <= 0)
        return std::optional<std::vector<Event>>{};
    auto events = TRY(decode_records(Bytes(buffer).first(static_cast<std::size_t>(count))));
    return std::optional(std::move(events));
}

} // namespace mk::driver
