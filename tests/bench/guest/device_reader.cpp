// SPDX-License-Identifier: GPL-2.0-only
#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

#include "record_contenders.hpp"

namespace mk::bench {

DeviceReader::DeviceReader(std::size_t buffer_bytes)
    : device_(open("/dev/modkeeper", O_RDONLY | O_NONBLOCK | O_CLOEXEC)),
      buffer_(buffer_bytes / sizeof(std::uint64_t)) {
    if (!device_)
        throw std::system_error(errno, std::generic_category(), "/dev/modkeeper");
}

void DeviceReader::seek_end() {
    if (lseek(device_.get(), 0, SEEK_END) < 0)
        throw std::system_error(errno, std::generic_category(), "seek in /dev/modkeeper");
}

// 0: there is no more.
std::size_t DeviceReader::read_some() {
    ssize_t got = read(device_.get(), buffer_.data(), buffer_.size() * sizeof(buffer_[0]));
    if (got < 0 && errno != EAGAIN)
        throw std::system_error(errno, std::generic_category(), "read of /dev/modkeeper");
    return got < 0 ? 0 : static_cast<std::size_t>(got);
}

void DeviceReader::drain(RecordChecksum &checksum) {
    while (std::size_t bytes = read_some()) {
        const char *at = reinterpret_cast<const char *>(buffer_.data());
        const char *end = at + bytes;
        while (at < end) {
            const auto &record = *reinterpret_cast<const modkeeper_record *>(at);
            if (record.kind == MODKEEPER_RECORD_MARK)
                checksum.add(text_of(record));
            at += record.size;
        }
    }
}

std::vector<std::uint64_t> DeviceReader::take_bytes() {
    std::vector<std::uint64_t> all;
    while (std::size_t bytes = read_some())
        all.insert(all.end(), buffer_.begin(),
                   buffer_.begin() + static_cast<std::ptrdiff_t>(bytes / sizeof(buffer_[0])));
    return all;
}

} // namespace mk::bench
