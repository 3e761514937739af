// SPDX-License-Identifier: GPL-2.0-only
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <system_error>
#include <unistd.h>

#include "record_contenders.hpp"

namespace mk::bench {

KernelLog::KernelLog()
    : device_(open("/dev/kmsg", O_RDWR | O_NONBLOCK | O_CLOEXEC)), buffer_(8192) {
    if (!device_)
        throw std::system_error(errno, std::generic_category(), "/dev/kmsg");
    // At first only a few lines a second are let in.
    std::ofstream("/proc/sys/kernel/printk_devkmsg") << "on\n";
}

// At a level that is not shown on the console.
void KernelLog::write_line(const std::string &line) {
    std::string text = "<6>" + line + "\n";
    if (write(device_.get(), text.data(), text.size()) < 0)
        throw std::system_error(errno, std::generic_category(), "write to /dev/kmsg");
}

void KernelLog::seek_end() {
    if (lseek(device_.get(), 0, SEEK_END) < 0)
        throw std::system_error(errno, std::generic_category(), "seek in /dev/kmsg");
}

// "6,1234,5678,-;text" and a newline
void KernelLog::drain(RecordChecksum &checksum) {
    for (;;) {
        ssize_t got = read(device_.get(), buffer_.data(), buffer_.size());
        if (got < 0 && errno == EAGAIN)
            return;
        if (got < 0)
            throw std::system_error(errno, std::generic_category(), "read of /dev/kmsg");
        std::string_view line(buffer_.data(), static_cast<std::size_t>(got));
        line.remove_prefix(line.find(';') + 1);
        checksum.add(line.substr(0, line.find('\n')));
    }
}

} // namespace mk::bench
