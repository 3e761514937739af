// SPDX-License-Identifier: GPL-2.0-only
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <system_error>
#include <unistd.h>

#include "record_contenders.hpp"

namespace mk::bench {

namespace {

// Fits into the processor's nearest cache; a multiple of 8, like every record.
constexpr std::size_t run_max = 16384;

std::uint64_t load(const __u64 &word) {
    return __atomic_load_n(&word, __ATOMIC_ACQUIRE);
}

} // namespace

MappedRing::MappedRing()
    : device_(open("/dev/modkeeper", O_RDONLY | O_CLOEXEC)), run_(run_max / sizeof(run_[0])) {
    modkeeper_info info{};
    if (!device_ || ioctl(device_.get(), MODKEEPER_IOC_INFO, &info) < 0)
        throw std::system_error(errno, std::generic_category(), "/dev/modkeeper");
    mapped_bytes_ = static_cast<std::size_t>(sysconf(_SC_PAGESIZE)) + 2 * info.ring_bytes;
    // Its pages are there at once: a program that stays brings them in only once.
    void *memory =
        mmap(nullptr, mapped_bytes_, PROT_READ, MAP_SHARED | MAP_POPULATE, device_.get(), 0);
    if (memory == MAP_FAILED)
        throw std::system_error(errno, std::generic_category(), "mmap of /dev/modkeeper");
    ring_ = static_cast<const modkeeper_ring *>(memory);
}

MappedRing::~MappedRing() {
    munmap(const_cast<modkeeper_ring *>(ring_), mapped_bytes_);
}

void MappedRing::seek_end() {
    position_ = load(ring_->head);
}

bool MappedRing::copy(std::uint64_t position, void *to, std::size_t bytes) const {
    const char *data = reinterpret_cast<const char *>(ring_) + ring_->data_offset;
    std::memcpy(to, data + (position & (ring_->ring_bytes - 1)), bytes);
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    return __atomic_load_n(&ring_->tail, __ATOMIC_RELAXED) <= position;
}

std::uint64_t MappedRing::oldest_from(std::uint64_t position) const {
    std::uint64_t tail = load(ring_->tail);
    return position < tail ? tail : position;
}

void MappedRing::drain(RecordChecksum &checksum) {
    auto *record = reinterpret_cast<modkeeper_record *>(run_.data());
    while (position_ < load(ring_->head)) {
        position_ = oldest_from(position_);
        if (!copy(position_, record, sizeof(*record)) || !copy(position_, record, record->size))
            continue;
        if (record->kind == MODKEEPER_RECORD_MARK)
            checksum.add(text_of(*record));
        position_ += record->size;
    }
}

void MappedRing::drain_runs(RecordChecksum &checksum) {
    for (;;) {
        std::uint64_t head = load(ring_->head);
        if (position_ == head)
            return;
        position_ = oldest_from(position_);
        std::size_t bytes = std::min<std::uint64_t>(head - position_, run_max);
        if (!copy(position_, run_.data(), bytes))
            continue;
        const char *start = reinterpret_cast<const char *>(run_.data());
        std::size_t at = 0;
        while (at < bytes) {
            const auto &record = *reinterpret_cast<const modkeeper_record *>(start + at);
            // The last one may be cut: it begins the next run.
            if (record.size > bytes - at)
                break;
            if (record.kind == MODKEEPER_RECORD_MARK)
                checksum.add(text_of(record));
            at += record.size;
        }
        position_ += at;
    }
}

} // namespace mk::bench
