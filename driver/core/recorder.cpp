// SPDX-License-Identifier: GPL-2.0-only
#include "core/recorder.hpp"

#include "core/record.hpp"
#include "kernel/ktime.hpp"
#include "kernel/sched.hpp"
#include "lib/bytes.hpp"

namespace mk {
namespace {

static_assert(__has_unique_object_representations(modkeeper_record));

// The task's part of the header is its own structure.
void stamp_task(modkeeper_record &header) {
    constexpr usize begin = __builtin_offsetof(modkeeper_record, pid);
    static_assert(sizeof(header) - begin == sizeof(mk_task));
    static_assert(__builtin_offsetof(modkeeper_record, tgid) - begin ==
                  __builtin_offsetof(mk_task, tgid));
    static_assert(__builtin_offsetof(modkeeper_record, uid) - begin ==
                  __builtin_offsetof(mk_task, uid));
    static_assert(__builtin_offsetof(modkeeper_record, loginuid) - begin ==
                  __builtin_offsetof(mk_task, loginuid));
    static_assert(__builtin_offsetof(modkeeper_record, comm) - begin ==
                  __builtin_offsetof(mk_task, comm));
    mk_task_current(reinterpret_cast<mk_task *>(reinterpret_cast<u8 *>(&header) + begin));
}

bool plausible(u32 size) {
    return size >= sizeof(modkeeper_record) && size <= MODKEEPER_RECORD_MAX && size % 8 == 0;
}

} // namespace

// The fields that programs see, as the words that they are.
static Atomic<u64> &atomic(__u64 &word) {
    static_assert(sizeof(Atomic<u64>) == sizeof(word) && alignof(Atomic<u64>) == alignof(__u64));
    return reinterpret_cast<Atomic<u64> &>(word);
}

Recorder::Recorder(Mirror ring)
    : ring_(mk::move(ring)), shared_(*static_cast<modkeeper_ring *>(ring_.page())),
      head_(atomic(shared_.head)), tail_(atomic(shared_.tail)) {
    shared_.size = sizeof(shared_);
    shared_.version = MODKEEPER_RING_VERSION;
    shared_.data_offset = ring_.page_size();
    shared_.ring_bytes = ring_.size();
}

// ---- writing ----

Recorder::Slot::Slot(Recorder &recorder, const Shape &shape)
    : recorder_(recorder), sequences_(recorder.sequences_.lock()),
      header_(recorder.make_room(*sequences_, shape.size)) {
    // Under the lock, so that boot time never runs backwards along the sequence.
    mk_times times = times_now();
    header_.size = shape.size;
    header_.kind = shape.kind;
    header_.flags = shape.flags;
    header_.header_size = sizeof(modkeeper_record);
    header_.body_size = shape.body_size;
    header_.cpu = current_cpu();
    header_.sequence = sequences_->next;
    header_.boottime_ns = times.boottime_ns;
    header_.realtime_ns = times.realtime_ns;
    stamp_task(header_);
}

modkeeper_record &Recorder::make_room(Sequences &sequences, u32 size) {
    u64 head = head_.load_relaxed();
    u64 tail = tail_.load_relaxed();
    if (head + size - tail > ring_.size()) {
        do {
            tail += record_at(tail).size;
            sequences.first++;
        } while (head + size - tail > ring_.size());
        tail_.store_relaxed(tail);
        fence_release();
    }
    return record_at(head);
}

Recorder::Counts Recorder::counts() {
    auto sequences = sequences_.lock();
    return {sequences->first, sequences->next, head_.load_relaxed()};
}

// ---- reading ----

Cursor Recorder::oldest() {
    auto sequences = sequences_.lock();
    return {tail_.load_relaxed(), sequences->first};
}

Cursor Recorder::newest() {
    auto sequences = sequences_.lock();
    return {head_.load_relaxed(), sequences->next};
}

Cursor Recorder::behind_mark() {
    auto sequences = sequences_.lock();
    if (sequences->behind_mark == Cursor())
        return {tail_.load_relaxed(), sequences->first};
    return sequences->behind_mark;
}

void Recorder::arm() {
    armed_.store_relaxed(1);
    fence_full();
}

bool Recorder::intact(u64 position) const {
    fence_acquire();
    return tail_.load_relaxed() <= position;
}

// Counts what lies between @from and the oldest record, which is at @tail. False: not any more.
bool Recorder::find_oldest(u64 tail, Batch &batch, Cursor from) const {
    const modkeeper_record &oldest = record_at(tail);
    u64 sequence = racing(oldest.sequence);
    batch.lost = sequence - from.sequence;
    batch.lost_boottime_ns = racing(oldest.boottime_ns);
    batch.lost_realtime_ns = racing(oldest.realtime_ns);
    batch.first = {tail, sequence};
    return intact(tail);
}

Result<Batch> Recorder::look(Cursor cursor, usize room, const Filter &filter) const {
    Batch batch;
    u64 head;
    for (;;) {
        u64 tail = tail_.load_acquire();
        head = head_.load_acquire();
        batch = {};
        batch.first = cursor;
        if (cursor.position < tail && !find_oldest(tail, batch, cursor))
            continue;

        usize left = room;
        if (batch.lost) {
            if (room < sizeof(LostRecord))
                return Errno::invalid;
            left -= sizeof(LostRecord);
        }
        batch.next = batch.first;
        bool good = true;
        while (batch.next.position < head) {
            const modkeeper_record &record = record_at(batch.next.position);
            u32 size = racing(record.size);
            good = plausible(size);
            bool passes = good && (filter.passes_all() || filter.passes(record, size));
            good = good && intact(batch.first.position);
            if (!good || (passes ? size > left : batch.bytes))
                break;
            batch.next.position += size;
            batch.next.sequence++;
            if (passes) {
                left -= size;
                batch.bytes += size;
            } else {
                batch.first = batch.next;
            }
        }
        if (good)
            break;
    }
    if (batch.empty() && batch.next.position < head)
        return Errno::invalid;
    return batch;
}

} // namespace mk
