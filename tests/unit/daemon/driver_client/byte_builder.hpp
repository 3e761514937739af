// SPDX-License-Identifier: GPL-2.0-only
// Writes records and module entries as the driver would, and wrong ones as it never should.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <random>
#include <string_view>
#include <vector>

#include <linux/modkeeper.h>

namespace mk::driver::test {

// A structure followed by its texts, padded to 8 bytes. Its size fields are the caller's.
class ByteBuilder {
  public:
    explicit ByteBuilder(std::size_t fixed) : bytes_(fixed) {}

    modkeeper_text text(std::string_view value) {
        const modkeeper_text place{static_cast<__u32>(bytes_.size()),
                                   static_cast<__u32>(value.size())};
        for (const char letter : value)
            bytes_.push_back(static_cast<std::byte>(letter));
        bytes_.push_back(std::byte{0});
        return place;
    }
    template <typename T>
    void put(std::size_t offset, const T &value, std::size_t size = sizeof(T)) {
        std::memcpy(bytes_.data() + offset, &value, size);
    }
    std::size_t pad() {
        bytes_.resize((bytes_.size() + 7) / 8 * 8);
        return bytes_.size();
    }
    std::vector<std::byte> bytes() const { return bytes_; }

  private:
    std::vector<std::byte> bytes_;
};

inline modkeeper_record header_of(__u16 kind, __u64 sequence) {
    modkeeper_record header{};
    header.kind = kind;
    header.header_size = sizeof(modkeeper_record);
    header.sequence = sequence;
    header.boottime_ns = 1000 + sequence;
    header.realtime_ns = 2000 + sequence;
    header.cpu = 1;
    header.pid = 42;
    header.tgid = 41;
    header.uid = 1000;
    header.loginuid = 4294967295U;
    std::memcpy(header.comm, "modprobe", 8);
    return header;
}

// A record about a module whose fixed body is body_size bytes long, shorter or longer than ours.
inline std::vector<std::byte>
module_record(__u16 kind, __u64 sequence, std::string_view name, std::string_view args = {},
              std::size_t body_size = sizeof(modkeeper_record_module)) {
    ByteBuilder builder(sizeof(modkeeper_record) + body_size);
    modkeeper_record_module body{};
    body.module = builder.text(name);
    if (!args.empty())
        body.args = builder.text(args);
    body.load_sequence = 7;
    body.core_bytes = 4096;
    body.init_bytes = 512;
    body.duration_ns = 99;
    body.error = 19;
    body.stage = MODKEEPER_STAGE_UNKNOWN;
    modkeeper_record header = header_of(kind, sequence);
    header.body_size = static_cast<__u16>(body_size);
    header.size = static_cast<__u32>(builder.pad());
    builder.put(0, header);
    builder.put(sizeof(header), body, std::min(body_size, sizeof(body)));
    return builder.bytes();
}

// A record of this body, whose texts the builder has.
template <typename Body> std::vector<std::byte> finish(ByteBuilder builder, __u16 kind,
                                                       const Body &body, __u64 sequence = 1) {
    modkeeper_record header = header_of(kind, sequence);
    header.body_size = sizeof(body);
    header.size = static_cast<__u32>(builder.pad());
    builder.put(0, header);
    builder.put(sizeof(header), body);
    return builder.bytes();
}

inline std::vector<std::byte> lost_record(__u64 sequence, __u64 count) {
    ByteBuilder builder(sizeof(modkeeper_record) + sizeof(modkeeper_record_lost));
    modkeeper_record header = header_of(MODKEEPER_RECORD_LOST, sequence);
    header.body_size = sizeof(modkeeper_record_lost);
    header.size = static_cast<__u32>(builder.pad());
    builder.put(0, header);
    builder.put(sizeof(header), modkeeper_record_lost{count});
    return builder.bytes();
}

// An entry whose fixed part is fixed_size bytes long.
inline std::vector<std::byte> module_entry(std::string_view name, std::string_view used_by = {},
                                           std::string_view parameters = {},
                                           std::size_t fixed_size = sizeof(modkeeper_module)) {
    ByteBuilder builder(fixed_size);
    modkeeper_module entry{};
    entry.fixed_size = static_cast<__u16>(fixed_size);
    entry.state = MODKEEPER_STATE_COMING;
    entry.flags = MODKEEPER_MODULE_NO_EXIT;
    entry.references = 3;
    entry.name = builder.text(name);
    if (!used_by.empty())
        entry.used_by = builder.text(used_by);
    if (!parameters.empty())
        entry.parameters = builder.text(parameters);
    entry.memory[MODKEEPER_MEMORY_TEXT] = 100;
    entry.memory[MODKEEPER_MEMORY_DATA] = 20;
    entry.memory[MODKEEPER_MEMORY_INIT_TEXT] = 3;
    entry.init_ns = 77;
    entry.size = static_cast<__u32>(builder.pad());
    builder.put(0, entry, std::min(fixed_size, sizeof(entry)));
    return builder.bytes();
}

inline void append(std::vector<std::byte> &to, const std::vector<std::byte> &more) {
    to.insert(to.end(), more.begin(), more.end());
}

// Overwrites a field of what was built.
template <typename T> void poke(std::vector<std::byte> &bytes, std::size_t offset, T value) {
    std::memcpy(bytes.data() + offset, &value, sizeof(value));
}

// The start of what was built, up to all of it, with at most three bytes changed; an allocation of
// its own, of exactly this size, so that the sanitizers see a step outside.
inline std::vector<std::byte> damaged(const std::vector<std::byte> &good, std::mt19937 &random) {
    std::vector<std::byte> bytes(good.begin(),
                                 good.begin() + static_cast<long>(random() % good.size() + 1));
    for (unsigned changes = random() % 4; changes > 0; --changes)
        bytes[random() % bytes.size()] = static_cast<std::byte>(random());
    bytes.shrink_to_fit();
    return bytes;
}

} // namespace mk::driver::test
