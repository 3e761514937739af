// SPDX-License-Identifier: GPL-2.0-only
// What it costs to append one record: the driver's own recorder with a ring that wraps all the
// time. The clocks and the current processor are the host's own and are asked as often as in the
// kernel.
#include <benchmark/benchmark.h>

#include "core/module_record.hpp"
#include "core/recorder.hpp"
#include "kernel/ktime.hpp"

namespace {

constexpr mk::usize ring_bytes = 1 << 20;
constexpr mk::u32 record_bytes = 200;

mk::ModuleFacts typical_module() {
    mk::ModuleFacts facts = {};
    facts.name = "nf_conntrack";
    facts.srcversion = "0123456789ABCDEF0123456";
    facts.args = "hashsz=8"; // fills the record up to the size that is wanted
    facts.taints = 1 << 13;
    facts.memory[MODKEEPER_MEMORY_TEXT] = 98304;
    facts.memory[MODKEEPER_MEMORY_DATA] = 32768;
    return facts;
}

void append(benchmark::State &state) {
    mk::Result<mk::Mirror> ring = mk::Mirror::create(ring_bytes);
    if (!ring.ok()) {
        state.SkipWithError("no memory for the ring");
        return;
    }
    mk::Recorder recorder(ring.take());
    mk::ModuleFacts facts = typical_module();
    for (auto _ : state)
        recorder.append(mk::ModuleRecord(MODKEEPER_RECORD_LOAD_BEGIN, facts, {}, nullptr));
    mk::Recorder::Counts counts = recorder.counts();
    auto records = static_cast<double>(counts.next_sequence - 1);
    state.counters["bytes_per_record"] = static_cast<double>(counts.bytes) / records;
    state.counters["ring_wraps"] = static_cast<double>(counts.bytes) / ring_bytes;
    if (counts.bytes != (counts.next_sequence - 1) * record_bytes)
        state.SkipWithError("the records are not of 200 bytes");
}
BENCHMARK(append);

// Part of every append.
void read_clocks(benchmark::State &state) {
    for (auto _ : state)
        benchmark::DoNotOptimize(mk::times_now());
}
BENCHMARK(read_clocks);

} // namespace
