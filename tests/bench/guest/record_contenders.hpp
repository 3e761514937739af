// SPDX-License-Identifier: GPL-2.0-only
// The ways to get records out of the kernel. Each hands every record, whole and in order, to a
// checksum of its text, and keeps open and reuses what a long-running program would.
//
// Constructors throw std::system_error when it cannot be set up, drain() when reading fails.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <linux/modkeeper.h>

#include "record_checksum.hpp"
#include "sysfs_file.hpp"

struct ring_buffer;

namespace mk::bench {

// read() of /dev/modkeeper into @buffer_bytes.
class DeviceReader {
  public:
    explicit DeviceReader(std::size_t buffer_bytes);

    // To what comes from now on.
    void seek_end();
    void drain(RecordChecksum &checksum);
    // The bytes of what there is, for somebody else to write.
    std::vector<std::uint64_t> take_bytes();

  private:
    std::size_t read_some();

    Descriptor device_;
    std::vector<std::uint64_t> buffer_;
};

// The ring of /dev/modkeeper in memory, as docs/reading-the-ring.md says.
class MappedRing {
  public:
    MappedRing();
    ~MappedRing();
    MappedRing(const MappedRing &) = delete;
    MappedRing &operator=(const MappedRing &) = delete;

    void seek_end();
    // "How to read": one after the other.
    void drain(RecordChecksum &checksum);
    // "Many at once".
    void drain_runs(RecordChecksum &checksum);

  private:
    bool copy(std::uint64_t position, void *to, std::size_t bytes) const;
    // Where to go on: @position, or the oldest record where that is past it.
    std::uint64_t oldest_from(std::uint64_t position) const;

    Descriptor device_;
    const modkeeper_ring *ring_;
    std::size_t mapped_bytes_;
    std::uint64_t position_ = 0;
    std::vector<std::uint64_t> run_;
};

// read() of /dev/kmsg: one line a call, there is no other way.
class KernelLog {
  public:
    KernelLog();

    void write_line(const std::string &line);
    void seek_end();
    void drain(RecordChecksum &checksum);

  private:
    Descriptor device_;
    std::vector<char> buffer_;
};

// A BPF ring buffer, written by a BPF program and read by libbpf. Records are as long as
// @record_bytes and the same bytes as the driver's.
class BpfRing {
  public:
    BpfRing(std::size_t ring_bytes, std::size_t record_bytes);
    ~BpfRing();
    BpfRing(const BpfRing &) = delete;
    BpfRing &operator=(const BpfRing &) = delete;

    void write(const modkeeper_record &record);
    void drain(RecordChecksum &checksum);

  private:
    std::size_t record_bytes_;
    Descriptor ring_;
    Descriptor record_; // an array of one: what the program writes
    Descriptor program_;
    ring_buffer *reader_ = nullptr;
    RecordChecksum *checksum_ = nullptr; // while draining
};

// The text of a MARK record.
inline std::string_view text_of(const modkeeper_record &record) {
    const char *start = reinterpret_cast<const char *>(&record);
    const auto &mark = *reinterpret_cast<const modkeeper_record_mark *>(start + record.header_size);
    return {start + mark.text.offset, mark.text.length};
}

} // namespace mk::bench
