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

} // namespace

// The fields that programs see, as the words that they are.
static Atomic<u64> &atomic(__u64 &word) {
    static_assert(sizeof(Atomic<u64>) == sizeof(word) && alignof(Atomic<u64>) == alignof(__u64));
    return reinterpret_cast<Atomic<u64> &>(word);
}

Recorder::Track::Track(Mirror memory)
    : ring(mk::move(memory)), shared(*static_cast<modkeeper_ring *>(ring.page())),
      head(atomic(shared.head)), tail(atomic(shared.tail)) {
    shared.size = sizeof(shared);
    shared.version = MODKEEPER_RING_VERSION;
    shared.data_offset = ring.page_size();
    shared.ring_bytes = ring.size();
}

Recorder::Recorder(Mirror trusted, Mirror anybody)
    : tracks_{Track(mk::move(trusted)), Track(mk::move(anybody))},
      next_(atomic(tracks_[0].shared.next_sequence)) {
    modkeeper_ring &first = tracks_[0].shared, &second = tracks_[1].shared;
    first.other_offset = first.data_offset + 2 * first.ring_bytes;
    first.other_ring_bytes = second.ring_bytes;
    second.other_ring_bytes = first.ring_bytes;
    next_.store_relaxed(1);
}

// ---- writing ----

Recorder::Slot::Slot(Recorder &recorder, const Shape &shape)
    : recorder_(recorder), lane_(shape.lane), sequences_(recorder.sequences_.lock()),
      header_(recorder.make_room(*sequences_, shape.lane, shape.size)) {
    // Under the lock, so that boot time never runs backwards along the sequence.
    mk_times times = times_now();
    u16 flags = shape.flags;
    if (lane_ == Lane::anybody)
        flags |= MODKEEPER_RECORD_ANYBODY;
    write_once(header_.size, shape.size);
    write_once(header_.kind, shape.kind);
    write_once(header_.flags, flags);
    write_once(header_.header_size, u16{sizeof(modkeeper_record)});
    write_once(header_.body_size, shape.body_size);
    write_once(header_.cpu, current_cpu());
    write_once(header_.sequence, sequences_->next);
    write_once(header_.boottime_ns, u64{times.boottime_ns});
    write_once(header_.realtime_ns, u64{times.realtime_ns});
    stamp_task(header_);
}

modkeeper_record &Recorder::make_room(Sequences &sequences, Lane lane, u32 size) {
    Track &to = track(lane);
    u64 head = to.head.load_relaxed();
    u64 tail = to.tail.load_relaxed();
    if (head + size - tail > to.ring.size()) {
        do {
            tail += record_at(to, tail).size;
            sequences.overwritten[index_of(lane)]++;
        } while (head + size - tail > to.ring.size());
        to.tail.store_relaxed(tail);
        fence_release();
    }
    return record_at(to, head);
}

Recorder::Counts Recorder::counts() {
    auto sequences = sequences_.lock();
    Counts counts = {oldest(*sequences).sequence, sequences->next, 0, {}, {}};
    for (usize i = 0; i < lanes; i++) {
        counts.bytes += tracks_[i].head.load_relaxed();
        counts.written[i] = sequences->written[i];
        counts.overwritten[i] = sequences->overwritten[i];
    }
    return counts;
}

// ---- reading ----

usize Recorder::mapping(u64 offset, void *&memory) const {
    if (offset && offset != tracks_[0].shared.other_offset)
        return 0;
    const Track &asked = tracks_[offset ? 1 : 0];
    memory = asked.ring.page();
    return asked.ring.page_size() + 2 * asked.ring.size();
}

// Under the lock of @sequences.
Cursor Recorder::oldest(const Sequences &sequences) const {
    Cursor cursor;
    cursor.sequence = sequences.next;
    for (usize i = 0; i < lanes; i++) {
        u64 tail = tracks_[i].tail.load_relaxed();
        // Of a lane that has lost some, the place is before the tail: they may be younger than
        // what the other lane still has.
        cursor.position[i] = sequences.overwritten[i] ? tail - 1 : tail;
        if (tail < tracks_[i].head.load_relaxed())
            cursor.sequence = min<u64>(cursor.sequence, record_at(tracks_[i], tail).sequence);
    }
    return cursor;
}

Cursor Recorder::oldest() {
    auto sequences = sequences_.lock();
    return oldest(*sequences);
}

Cursor Recorder::newest() {
    auto sequences = sequences_.lock();
    return {{tracks_[0].head.load_relaxed(), tracks_[1].head.load_relaxed()}, sequences->next};
}

Cursor Recorder::behind_mark() {
    auto sequences = sequences_.lock();
    return sequences->behind_mark == Cursor() ? oldest(*sequences) : sequences->behind_mark;
}

void Recorder::arm() {
    armed_.store_relaxed(1);
    fence_full();
}

bool Recorder::intact(Lane lane, u64 position) const {
    fence_acquire();
    return track(lane).tail.load_relaxed() <= position;
}

// Walk through both lanes by the numbers of their records, up to the records that existed when it
// began. Each step says whether its record was still there; if not, its result is invalid.
class Recorder::Walk {
  public:
    explicit Walk(const Recorder &recorder)
        : recorder_(recorder), end_(recorder.next_.load_acquire()) {}

    bool begin(const Cursor &cursor) {
        for (Lane lane : all_lanes) {
            Front &front = fronts_[index_of(lane)];
            u64 tail = recorder_.track(lane).tail.load_acquire();
            front.head = recorder_.track(lane).head.load_acquire();
            u64 position = cursor.position[index_of(lane)];
            front.overtaken = position < tail;
            front.position = front.overtaken ? tail : position;
            if (!see(lane))
                return false;
        }
        choose();
        return true;
    }
    bool ended() const { return front().sequence == none; }
    u64 end() const { return end_; }

    // Of the record at hand.
    Lane lane() const { return lane_; }
    u64 position() const { return front().position; }
    u64 sequence() const { return front().sequence; }
    u32 size() const { return front().size; }
    const modkeeper_record &record() const {
        return record_at(recorder_.track(lane_), front().position);
    }
    bool intact() const { return recorder_.intact(lane_, front().position); }
    // Is something of the trusted lane missing before it?
    bool trusted_overtaken() const { return fronts_[0].overtaken; }

    bool step() {
        Front &front = fronts_[index_of(lane_)];
        front.position += front.size;
        front.overtaken = false;
        if (!see(lane_))
            return false;
        choose();
        return true;
    }

  private:
    static constexpr u64 none = ~0ULL;

    struct Front {
        u64 position;
        u64 head;
        u64 sequence;
        u32 size;
        bool overtaken;
    };

    const Front &front() const { return fronts_[index_of(lane_)]; }
    void choose() {
        lane_ = fronts_[1].sequence < fronts_[0].sequence ? Lane::anybody : Lane::trusted;
    }
    bool see(Lane lane) {
        Front &front = fronts_[index_of(lane)];
        front.sequence = none;
        if (front.position >= front.head)
            return true;
        const modkeeper_record &record = record_at(recorder_.track(lane), front.position);
        u64 sequence = read_once(record.sequence);
        front.size = read_once(record.size);
        if (!recorder_.intact(lane, front.position))
            return false;
        // Younger ones may be here while older ones of the other lane were not seen.
        if (sequence < end_)
            front.sequence = sequence;
        return true;
    }

    const Recorder &recorder_;
    u64 end_;
    Front fronts_[lanes];
    Lane lane_ = Lane::trusted;
};

// Counts as lost what lies between @batch and the record at hand. False: that one is overwritten
// too.
bool Recorder::lose(const Walk &walk, Batch &batch) {
    batch.lost = walk.sequence() - batch.next.sequence;
    batch.lost_sequence = batch.next.sequence;
    batch.lost_boottime_ns = read_once(walk.record().boottime_ns);
    batch.lost_realtime_ns = read_once(walk.record().realtime_ns);
    batch.lost_trusted = walk.trusted_overtaken();
    batch.next.sequence = walk.sequence();
    batch.first = batch.next;
    return walk.intact();
}

// False: the reader was overtaken, and @batch is invalid. @fits: there is room for the first
// record.
bool Recorder::gather(Walk &walk, usize room, const Filter &filter, Batch &batch, bool &fits) {
    for (u32 held_back = 0; !walk.ended();) {
        if (walk.sequence() != batch.next.sequence) {
            fits = room >= sizeof(LostRecord);
            if (!batch.empty() || !fits)
                return true;
            if (!lose(walk, batch))
                return false;
            room -= sizeof(LostRecord);
        }
        bool passes = filter.passes_all() || filter.passes(walk.record(), walk.size());
        if (!filter.passes_all() && !walk.intact())
            return false;
        fits = !passes || walk.size() <= room;
        bool other = batch.bytes && walk.lane() != batch.lane;
        if (!fits || (batch.bytes && (other || !passes)))
            return true;
        usize lane = index_of(walk.lane());
        if (passes && !batch.bytes) {
            batch.lane = walk.lane();
            batch.first = batch.next;
            batch.first.position[lane] = walk.position();
        }
        if (passes) {
            batch.bytes += walk.size();
            room -= walk.size();
        }
        batch.next.position[lane] = walk.position() + walk.size();
        batch.next.sequence++;
        batch.more = !passes && ++held_back == held_back_max;
        if (batch.more)
            return true;
        if (!walk.step())
            return false;
    }
    // Records that are missing at the end were overwritten by newer ones, which exist by now.
    return batch.next.sequence == walk.end() || !batch.empty();
}

Result<Batch> Recorder::look(Cursor cursor, usize room, const Filter &filter) const {
    for (;;) {
        Walk walk(*this);
        Batch batch;
        batch.first = batch.next = cursor;
        bool fits = true;
        if (!walk.begin(cursor) || !gather(walk, room, filter, batch, fits))
            continue;
        if (batch.empty() && !fits)
            return Errno::einval;
        return batch;
    }
}

} // namespace mk
