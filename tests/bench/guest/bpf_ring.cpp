// SPDX-License-Identifier: GPL-2.0-only
#include <cerrno>
#include <iterator>
#include <system_error>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>

#include "record_contenders.hpp"

namespace mk::bench {

namespace {

int checked(int result, const char *what) {
    if (result < 0)
        throw std::system_error(-result, std::generic_category(), what);
    return result;
}

// bpf_ringbuf_output(ring, record, bytes, BPF_RB_NO_WAKEUP), which nothing else waits for.
int load_program(int ring, int record, std::size_t bytes) {
    constexpr __u8 load_64 = BPF_LD | BPF_DW | BPF_IMM;
    constexpr __u8 set = BPF_ALU64 | BPF_MOV | BPF_K;
    const bpf_insn program[] = {
        {load_64, BPF_REG_1, BPF_PSEUDO_MAP_FD, 0, ring},
        {},
        {load_64, BPF_REG_2, BPF_PSEUDO_MAP_VALUE, 0, record},
        {},
        {set, BPF_REG_3, 0, 0, static_cast<__s32>(bytes)},
        {set, BPF_REG_4, 0, 0, BPF_RB_NO_WAKEUP},
        {BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_ringbuf_output},
        {BPF_JMP | BPF_EXIT, 0, 0, 0, 0},
    };
    return bpf_prog_load(BPF_PROG_TYPE_RAW_TRACEPOINT, "mk_bench", "GPL", program,
                         std::size(program), nullptr);
}

} // namespace

BpfRing::BpfRing(std::size_t ring_bytes, std::size_t record_bytes)
    : record_bytes_(record_bytes),
      ring_(checked(bpf_map_create(BPF_MAP_TYPE_RINGBUF, "mk_bench_ring", 0, 0,
                                   static_cast<__u32>(ring_bytes), nullptr),
                    "BPF ring buffer")),
      record_(checked(bpf_map_create(BPF_MAP_TYPE_ARRAY, "mk_bench_record", sizeof(__u32),
                                     static_cast<__u32>(record_bytes), 1, nullptr),
                      "BPF array")),
      program_(checked(load_program(ring_.get(), record_.get(), record_bytes), "BPF program")) {
    // Its records are handed out where they lie; they stay there until the next one is asked for.
    auto take = [](void *self, void *data, std::size_t) {
        static_cast<BpfRing *>(self)->checksum_->add(
            text_of(*static_cast<const modkeeper_record *>(data)));
        return 0;
    };
    reader_ = ring_buffer__new(ring_.get(), take, this, nullptr);
    if (!reader_)
        throw std::system_error(errno, std::generic_category(), "libbpf's ring buffer");
}

BpfRing::~BpfRing() {
    ring_buffer__free(reader_);
}

void BpfRing::write(const modkeeper_record &record) {
    __u32 first = 0;
    if (record.size != record_bytes_)
        throw std::system_error(EINVAL, std::generic_category(), "length of a record for BPF");
    checked(bpf_map_update_elem(record_.get(), &first, &record, BPF_ANY), "BPF array");
    LIBBPF_OPTS(bpf_test_run_opts, options);
    checked(bpf_prog_test_run_opts(program_.get(), &options), "run of the BPF program");
    checked(static_cast<int>(options.retval), "write to the BPF ring buffer");
}

void BpfRing::drain(RecordChecksum &checksum) {
    checksum_ = &checksum;
    checked(ring_buffer__consume(reader_), "libbpf's ring buffer");
}

} // namespace mk::bench
