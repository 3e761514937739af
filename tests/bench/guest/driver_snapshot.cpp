// SPDX-License-Identifier: GPL-2.0-only
// The loaded modules by one SNAPSHOT call of /dev/modkeeper, into a buffer that is kept.
#include <cerrno>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <system_error>
#include <unistd.h>

#include <linux/modkeeper.h>

#include "contenders.hpp"

namespace mk::bench {

DriverSnapshot::DriverSnapshot() : device_(open("/dev/modkeeper", O_RDONLY | O_CLOEXEC)) {
    if (device_ < 0)
        throw std::system_error(errno, std::generic_category(), "/dev/modkeeper");
    buffer_.resize(1024);
}

DriverSnapshot::~DriverSnapshot() {
    close(device_);
}

bool DriverSnapshot::call() {
    for (;;) {
        modkeeper_snapshot request{};
        request.buffer = reinterpret_cast<std::uintptr_t>(buffer_.data());
        request.buffer_size = static_cast<std::uint32_t>(buffer_.size() * sizeof(buffer_[0]));
        if (ioctl(device_, MODKEEPER_IOC_SNAPSHOT, &request) == 0) {
            bytes_ = request.needed;
            return true;
        }
        if (errno != ENOSPC)
            return false;
        buffer_.resize((request.needed + request.needed / 4) / sizeof(buffer_[0]) + 64);
    }
}

namespace {

State state_of(const modkeeper_module &entry) {
    switch (entry.state) {
    case MODKEEPER_STATE_LIVE:
        return State::live;
    case MODKEEPER_STATE_COMING:
        return State::coming;
    case MODKEEPER_STATE_GOING:
        return State::going;
    default:
        return State::unknown;
    }
}

} // namespace

bool DriverSnapshot::take(ModuleList &list) {
    if (!call())
        return false;
    list.clear();
    const char *at = reinterpret_cast<const char *>(buffer_.data());
    const char *end = at + bytes_;
    while (at < end) {
        const auto &entry = *reinterpret_cast<const modkeeper_module *>(at);
        Module &module = list.add({at + entry.name.offset, entry.name.length});
        module.references = entry.references;
        module.state = state_of(entry);
        module.taints = entry.taints;
        for (std::uint64_t bytes : entry.memory)
            module.size += bytes;
        std::string_view users{at + entry.used_by.offset, entry.used_by.length};
        while (!users.empty()) {
            auto comma = users.find(',');
            list.add_user(users.substr(0, comma));
            users.remove_prefix(comma == users.npos ? users.size() : comma + 1);
        }
        at += entry.size;
    }
    return true;
}

} // namespace mk::bench
