// SPDX-License-Identifier: GPL-2.0-only
// The ring: dense numbers, stamps in order, the oldest go first, nothing is torn at the edge.
#include "check.hpp"
#include "core/recorder.hpp"
#include "kernel/slab.hpp"
#include "lib/bytes.hpp"
#include "numbered_record.hpp"
#include "suites.hpp"

using mk::Batch;
using mk::Cursor;
using mk::Lane;
using mk::Recorder;
using mk::u32;
using mk::u64;
using mk::usize;

namespace {

constexpr usize ring_bytes = 65536;
constexpr usize all = ~0UL;

mk::Result<mk::Owned<Recorder>> make_recorder() {
    return mk::make<Recorder>(TRY(mk::Mirror::create(ring_bytes)),
                              TRY(mk::Mirror::create(ring_bytes)));
}

const modkeeper_record &record_at(const Recorder &recorder, u64 position,
                                  Lane lane = Lane::trusted) {
    return *reinterpret_cast<const modkeeper_record *>(recorder.bytes_at(lane, position));
}

// All records in @batch are whole and number @count.
const char *holds(const Recorder &recorder, const Batch &batch, u64 count) {
    u64 at = batch.position(), end = batch.next.position[mk::index_of(batch.lane)];
    u64 sequence = batch.first.sequence;
    for (; at < end; sequence++) {
        const modkeeper_record &record = record_at(recorder, at, batch.lane);
        CHECK(record.sequence == sequence);
        CHECK(NumberedRecord::intact(record));
        at += record.size;
    }
    CHECK(at == end);
    CHECK(sequence == batch.next.sequence);
    CHECK(sequence - batch.first.sequence == count);
    return nullptr;
}

} // namespace

static const char *numbers_are_dense_from_one() {
    auto made = make_recorder();
    CHECK(made.ok());
    Recorder &recorder = *made.value();
    CHECK(recorder.counts().next_sequence == 1);
    for (u64 sequence = 1; sequence <= 5; sequence++)
        CHECK(recorder.append(NumberedRecord(80)).sequence == sequence);
    Recorder::Counts counts = recorder.counts();
    CHECK(counts.first_sequence == 1);
    CHECK(counts.next_sequence == 6);
    CHECK(counts.bytes == 5 * 80);
    auto batch = recorder.look(Cursor(), all);
    CHECK(batch.ok());
    CHECK(!batch.value().lost);
    CHECK_STEP(holds(recorder, batch.value(), 5));
    return nullptr;
}

static const char *header_says_who_and_when() {
    auto made = make_recorder();
    CHECK(made.ok());
    mk_times before = mk_times_now();
    made.value()->append(NumberedRecord(80));
    mk_times after = mk_times_now();
    mk_task task;
    mk_task_current(&task);
    const modkeeper_record &record = record_at(*made.value(), 0);
    CHECK(record.size == 80);
    CHECK(record.boottime_ns >= before.boottime_ns && record.boottime_ns <= after.boottime_ns);
    CHECK(record.realtime_ns >= before.realtime_ns && record.realtime_ns <= after.realtime_ns);
    CHECK(record.pid == task.pid && record.tgid == task.tgid);
    CHECK(record.uid == task.uid && record.loginuid == task.loginuid);
    CHECK(mk::same_bytes(record.comm, task.comm, sizeof(task.comm)));
    return nullptr;
}

static const char *boot_time_does_not_run_backwards() {
    auto made = make_recorder();
    CHECK(made.ok());
    Recorder &recorder = *made.value();
    u64 latest = 0;
    for (int i = 0; i < 200; i++) {
        u64 stamp = recorder.append(NumberedRecord(72)).boottime_ns;
        CHECK(stamp >= latest);
        latest = stamp;
    }
    return nullptr;
}

static const char *full_ring_drops_the_oldest() {
    auto made = make_recorder();
    CHECK(made.ok());
    Recorder &recorder = *made.value();
    constexpr u64 fit = ring_bytes / 128;
    for (u64 i = 0; i < fit; i++)
        recorder.append(NumberedRecord(128));
    CHECK(recorder.counts().first_sequence == 1);
    recorder.append(NumberedRecord(128));
    CHECK(recorder.counts().first_sequence == 2);
    // A long one takes the place of many.
    recorder.append(NumberedRecord(4096));
    CHECK(recorder.counts().first_sequence == 2 + 4096 / 128);
    CHECK(recorder.oldest().sequence == 2 + 4096 / 128);
    CHECK(recorder.look(recorder.oldest(), all).value().position() == (1 + 4096 / 128) * 128);
    CHECK(recorder.newest().sequence == fit + 3);
    return nullptr;
}

static const char *records_are_whole_across_the_edge() {
    auto made = make_recorder();
    CHECK(made.ok());
    Recorder &recorder = *made.value();
    u32 size = 72;
    for (int i = 0; i < 3000; i++) {
        recorder.append(NumberedRecord(size));
        size = size >= 4096 - 104 ? 72 : size + 104;
    }
    auto batch = recorder.look(recorder.oldest(), all);
    CHECK(batch.ok());
    CHECK(!batch.value().lost);
    CHECK(batch.value().bytes > ring_bytes - 4096);
    Recorder::Counts counts = recorder.counts();
    CHECK_STEP(holds(recorder, batch.value(), counts.next_sequence - counts.first_sequence));
    return nullptr;
}

static const char *look_takes_whole_records_only() {
    auto made = make_recorder();
    CHECK(made.ok());
    Recorder &recorder = *made.value();
    for (int i = 0; i < 3; i++)
        recorder.append(NumberedRecord(200));
    CHECK_STEP(holds(recorder, recorder.look(Cursor(), 200).value(), 1));
    CHECK_STEP(holds(recorder, recorder.look(Cursor(), 399).value(), 1));
    CHECK_STEP(holds(recorder, recorder.look(Cursor(), 400).value(), 2));
    CHECK(recorder.look(Cursor(), 199).error() == mk::Errno::einval);
    CHECK(recorder.look(recorder.newest(), 0).value().empty());
    return nullptr;
}

static const char *overtaken_look_counts_exactly() {
    auto made = make_recorder();
    CHECK(made.ok());
    Recorder &recorder = *made.value();
    for (int i = 0; i < 2000; i++)
        recorder.append(NumberedRecord(240));
    auto batch = recorder.look(Cursor(), all);
    CHECK(batch.ok());
    CHECK(batch.value().lost == recorder.counts().first_sequence - 1);
    CHECK(batch.value().first.sequence == recorder.oldest().sequence);
    CHECK(batch.value().lost_sequence == 1 && batch.value().lost_trusted);
    CHECK(batch.value().next == recorder.newest());
    u64 kept = recorder.counts().next_sequence - recorder.counts().first_sequence;
    CHECK_STEP(holds(recorder, batch.value(), kept));
    return nullptr;
}

static const char *intact_until_overwritten() {
    auto made = make_recorder();
    CHECK(made.ok());
    Recorder &recorder = *made.value();
    recorder.append(NumberedRecord(4096));
    for (int i = 0; i < 15; i++)
        recorder.append(NumberedRecord(4096));
    CHECK(recorder.intact(Lane::trusted, 0));
    recorder.append(NumberedRecord(72));
    CHECK(!recorder.intact(Lane::trusted, 0));
    CHECK(recorder.intact(Lane::trusted, 4096));
    return nullptr;
}

// One sequence of numbers goes through both lanes, a run at a time.
static const char *lanes_are_read_by_their_numbers() {
    auto made = make_recorder();
    CHECK(made.ok());
    Recorder &recorder = *made.value();
    const Lane order[] = {Lane::trusted, Lane::anybody, Lane::anybody, Lane::trusted,
                          Lane::trusted, Lane::trusted, Lane::anybody};
    for (Lane lane : order)
        recorder.append(NumberedRecord(104), lane);
    Cursor at;
    const u64 runs[] = {1, 2, 3, 1};
    Lane lane = Lane::trusted;
    for (u64 run : runs) {
        auto batch = recorder.look(at, all);
        CHECK(batch.ok() && !batch.value().lost && batch.value().lane == lane);
        CHECK_STEP(holds(recorder, batch.value(), run));
        bool flagged =
            record_at(recorder, batch.value().position(), lane).flags & MODKEEPER_RECORD_ANYBODY;
        CHECK(flagged == (lane == Lane::anybody));
        at = batch.value().next;
        lane = lane == Lane::trusted ? Lane::anybody : Lane::trusted;
    }
    CHECK(at == recorder.newest() && recorder.look(at, all).value().empty());
    return nullptr;
}

// However long it goes on, what anybody can cause leaves alone what only some can.
static const char *anybody_overwrites_only_its_own() {
    auto made = make_recorder();
    CHECK(made.ok());
    Recorder &recorder = *made.value();
    recorder.append(NumberedRecord(200));
    for (int i = 0; i < 5000; i++)
        recorder.append(NumberedRecord(200), Lane::anybody);
    recorder.append(NumberedRecord(200));
    Recorder::Counts counts = recorder.counts();
    CHECK(counts.overwritten[0] == 0 && counts.overwritten[1] > 4000);
    CHECK(counts.first_sequence == 1 && counts.written[0] == 2 && counts.written[1] == 5000);
    auto batch = recorder.look(Cursor(), all);
    CHECK_STEP(holds(recorder, batch.value(), 1));
    batch = recorder.look(batch.value().next, all);
    CHECK(batch.value().lost == counts.overwritten[1] && batch.value().lost_sequence == 2);
    CHECK(!batch.value().lost_trusted);
    CHECK_STEP(holds(recorder, batch.value(), 5000 - counts.overwritten[1]));
    batch = recorder.look(batch.value().next, all);
    CHECK(!batch.value().lost && batch.value().lane == Lane::trusted);
    CHECK_STEP(holds(recorder, batch.value(), 1));
    return nullptr;
}

// Where both lanes have lost something, which of them is told of as lost is not known.
static const char *lost_ones_of_both_lanes_are_told_so() {
    auto made = make_recorder();
    CHECK(made.ok());
    Recorder &recorder = *made.value();
    recorder.append(NumberedRecord(200), Lane::anybody);
    for (int i = 0; i < 1000; i++)
        recorder.append(NumberedRecord(200));
    const Cursor beginnings[] = {Cursor(), recorder.oldest()};
    for (Cursor from : beginnings) {
        auto batch = recorder.look(from, all);
        CHECK(!batch.value().lost && batch.value().lane == Lane::anybody);
        batch = recorder.look(batch.value().next, all);
        CHECK(batch.value().lost == recorder.counts().overwritten[0]);
        CHECK(batch.value().lost_sequence == 2 && batch.value().lost_trusted);
    }
    return nullptr;
}

static const mk_case cases[] = {
    {"numbers_are_dense_from_one", numbers_are_dense_from_one},
    {"header_says_who_and_when", header_says_who_and_when},
    {"boot_time_does_not_run_backwards", boot_time_does_not_run_backwards},
    {"full_ring_drops_the_oldest", full_ring_drops_the_oldest},
    {"records_are_whole_across_the_edge", records_are_whole_across_the_edge},
    {"look_takes_whole_records_only", look_takes_whole_records_only},
    {"overtaken_look_counts_exactly", overtaken_look_counts_exactly},
    {"intact_until_overwritten", intact_until_overwritten},
    {"lanes_are_read_by_their_numbers", lanes_are_read_by_their_numbers},
    {"anybody_overwrites_only_its_own", anybody_overwrites_only_its_own},
    {"lost_ones_of_both_lanes_are_told_so", lost_ones_of_both_lanes_are_told_so},
};
const mk_case_suite mk_recorder_cases = suite_of("recorder", cases);
