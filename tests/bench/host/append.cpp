// SPDX-License-Identifier: GPL-2.0-only
// What it costs to append one record, by how many were written before: the driver's own recorder.
// The clocks and the current processor are the host's own and are asked as often as in the kernel.
#include <benchmark/benchmark.h>

#include <cstring>
#include <memory>

#include "core/recorder.hpp"
#include "kernel/ktime.hpp"
#include "mark.hpp"

namespace {

constexpr mk::usize ring_bytes = 1 << 20;
// In one go, so that what was written before stays about what it was.
constexpr int appended = 4000;
constexpr int warm_up = 100000;

// A recorder whose ring is there: the kernel allocates it before the first record, while the host
// brings in a page when it is touched first. NULL: no memory.
std::unique_ptr<mk::Recorder> make_recorder() {
    mk::Result<mk::Mirror> ring = mk::Mirror::create(ring_bytes);
    mk::Result<mk::Mirror> other = mk::Mirror::create(mk::Recorder::anybody_bytes(ring_bytes));
    if (!ring.ok() || !other.ok())
        return nullptr;
    std::memset(ring.value().at(0), 0, 2 * ring_bytes);
    return std::make_unique<mk::Recorder>(ring.take(), other.take());
}

void append_many(mk::Recorder &recorder, std::int64_t records, const std::string &text) {
    while (records--)
        recorder.append(mk::bench::mark_of(text));
}

void append(benchmark::State &state) {
    std::string text = mk::bench::text_of_mark();
    std::unique_ptr<mk::Recorder> other = make_recorder(), recorder = make_recorder();
    if (!other || !recorder) {
        state.SkipWithError("no memory for the ring");
        return;
    }
    append_many(*other, warm_up, text);
    append_many(*recorder, state.range(0), text);
    for (auto _ : state) {
        benchmark::DoNotOptimize(text.data());
        recorder->append(mk::bench::mark_of(text));
    }
    mk::Recorder::Counts counts = recorder->counts();
    if (counts.bytes != (counts.next_sequence - 1) * mk::bench::record_bytes)
        state.SkipWithError("the records are not of 200 bytes");
}
BENCHMARK(append)->Arg(1)->Arg(1000)->Arg(1000000)->Iterations(appended);

// Part of every append.
void read_clocks(benchmark::State &state) {
    for (auto _ : state)
        benchmark::DoNotOptimize(mk::times_now());
}
BENCHMARK(read_clocks);

} // namespace
