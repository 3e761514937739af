// SPDX-License-Identifier: GPL-2.0-only
// The recorder: two bounded rings of records with one sequence of numbers, one writer at a time and
// any number of readers that take no lock.
//
// Records that anybody can cause have a ring of their own: however many they are, they overwrite
// only each other. A reader goes through both rings by the numbers and sees one sequence.
//
// Positions are bytes since the start and only grow; [tail, head) is the readable part of a ring. A
// writer, under its lock, first moves the tail past the records it is about to overwrite, then
// writes, then moves the head, then the number below which all records are complete. A reader
// copies, and then checks the tail: the copy is valid if the tail has not passed the position where
// it began. The pairs of barriers:
//
//   writer: tail; fence_release; bytes            reader: bytes; fence_acquire; tail
//   writer: bytes; store_release(head)            reader: load_acquire(head); bytes
//   writer: heads; store_release(next)            reader: load_acquire(next); heads
//   writer: next; fence_full; armed?              reader: arm; fence_full; next
//
// Why this holds on machines that reorder whatever they may, such as arm64:
//
// - No byte of a copy that is kept is younger than its record. A reader that has loaded a byte that
//   was stored after a tail sees that tail, or a later one, behind its fence: W tail; smp_wmb; W
//   byte against R byte; smp_rmb; R tail, as the kernel writes message passing. That tail is past
//   the position, so that the copy is thrown away.
// - A writer that finds room moves no tail and needs no fence: the writer that made the room had
//   one. If that was on another CPU, the lock was unlocked and locked between its tail and these
//   bytes, which orders the two for every CPU (po-unlock-lock-po of the kernel's memory model).
// - No byte is older than its record. All records before a head were written before that head was
//   stored: by the same writer in its own order, by others before the lock was unlocked and locked.
//   The head is stored with release and loaded with acquire. In the same way whoever sees a tail
//   then sees a head that is not before it, and whoever sees next sees the heads.
// - Bytes are plain memory to both sides. Only the words above decide; each is aligned and one
//   access. The size and the number of a record are used only after the tail was looked at again.
//
// tests/unit/order has these accesses simulated with and without each barrier.
#pragma once

#include <linux/modkeeper.h>

#include "core/filter.hpp"
#include "kernel/spinlock.hpp"
#include "kernel/vmalloc.hpp"
#include "kernel/wait.hpp"
#include "lib/atomic.hpp"
#include "lib/types.hpp"

namespace mk {

// Which of the two rings a record lies in.
enum class Lane : u8 {
    trusted, // only who may load modules can cause it
    anybody,
};
constexpr usize lanes = 2;
constexpr Lane all_lanes[lanes] = {Lane::trusted, Lane::anybody};
constexpr usize index_of(Lane lane) {
    return static_cast<usize>(lane);
}

// Place of a reader: it wants the record with @sequence next, and has taken what lies before
// @position of each lane. Where a position is before the tail, what lay between is lost.
struct Cursor {
    u64 position[lanes] = {};
    u64 sequence = 1;

    bool operator==(const Cursor &) const = default;
};

// A run of records that a reader can get at once.
struct Batch {
    u64 lost = 0; // records it missed before @first, from @lost_sequence on
    u64 lost_sequence = 0;
    u64 lost_boottime_ns = 0;
    u64 lost_realtime_ns = 0;
    bool lost_trusted = false; // some of them may be of that lane
    Lane lane = Lane::trusted; // of the whole records below
    Cursor first;
    usize bytes = 0;
    Cursor next;       // after them, and after what the filter holds back if there are none
    bool more = false; // there is more than one look may examine: continue from @next

    u64 position() const { return first.position[index_of(lane)]; }

    bool empty() const { return !lost && !bytes; }
};

class Recorder {
  public:
    Recorder(Mirror trusted, Mirror anybody);

    // The size of the second ring for that of the first. Even the smallest has room for what
    // several users may record at once: see Limits.
    static constexpr usize anybody_bytes(usize trusted_bytes) {
        constexpr usize least = 256UL * 1024;
        return trusted_bytes / 4 > least ? trusted_bytes / 4 : least;
    }

    struct Stamp {
        u64 sequence;
        u64 boottime_ns;
        u64 realtime_ns;
    };

  private:
    struct Sequences {
        u64 next = 1;                // of the record to come
        u64 overwritten[lanes] = {}; // records
        u64 written[lanes] = {};
        Cursor behind_mark; // sequence 1: there was none
    };

  public:
    // Shape of a record that is not written yet.
    struct Shape {
        u32 size; // a multiple of 8, at most MODKEEPER_RECORD_MAX
        u16 kind;
        u16 flags;
        u16 body_size;
        Lane lane;
    };

    // Room for one record at the head, whose header is filled in. Nobody else writes while it
    // is there, and no reader sees it before commit().
    //
    // A reader that the tail has passed may still be looking at the record that lay here: these
    // stores race with its loads by design, and are marked on both sides. What it has seen then
    // counts for nothing, torn or not, because it looks at the tail afterwards.
    class [[nodiscard]] Slot {
      public:
        Slot(Recorder &recorder, const Shape &shape);
        Slot(const Slot &) = delete;
        Slot &operator=(const Slot &) = delete;

        modkeeper_record &header() { return header_; }
        // Once, after all of it is written.
        Stamp commit();

      private:
        Recorder &recorder_;
        Lane lane_;
        SpinLock<Sequences>::Guard sequences_;
        modkeeper_record &header_;
    };

    // Writes one record. Never fails; does not wake readers. Any context.
    template <typename Record> Stamp append(const Record &record, Lane lane = Lane::trusted);
    // Wakes readers, if one may have found nothing since the last call. Process context.
    void wake_readers();
    // The same in a moment, from an interrupt. Any context.
    void wake_readers_soon();

    struct Counts {
        u64 first_sequence; // the oldest existing record
        u64 next_sequence;
        u64 bytes;
        u64 written[lanes];
        u64 overwritten[lanes];
    };
    Counts counts();                                            // any context
    usize ring_bytes() const { return tracks_[0].ring.size(); } // of the trusted lane
    // What programs map at @offset: struct modkeeper_ring in a page, and its ring twice. Bytes, 0:
    // nothing begins there.
    usize mapping(u64 offset, void *&memory) const;

    // ---- for readers ----

    // These take the writer's lock: they are for seeking, not for reading.
    Cursor oldest();
    Cursor newest();
    // The first record after the newest MARK, which may be overwritten; oldest() without one.
    Cursor behind_mark();

    // Asks to be woken by the next record. Call it before looking whether there is one.
    void arm();
    // The first run of whole records of one lane from @cursor on that pass @filter, as many as fit
    // into @room bytes, and how many were lost before it (@room includes the LOST record for them).
    // Errno::einval: there is a record, and @room is too small for it. One look examines only a
    // limited number of records that the filter holds back.
    static constexpr u32 held_back_max = 1024;
    Result<Batch> look(Cursor cursor, usize room, const Filter &filter = {}) const;
    const u8 *bytes_at(Lane lane, u64 position) const { return track(lane).ring.at(position); }
    // Was everything that has been read from @position on so far good?
    bool intact(Lane lane, u64 position) const;
    WaitQueue &wait() { return wait_; }

  private:
    // A lane's ring, and the words of it that programs see.
    struct Track {
        explicit Track(Mirror memory);

        Mirror ring;
        modkeeper_ring &shared; // with programs, which can only read it
        Atomic<u64> &head;
        Atomic<u64> &tail;
    };
    class Walk;

    Track &track(Lane lane) { return tracks_[index_of(lane)]; }
    const Track &track(Lane lane) const { return tracks_[index_of(lane)]; }
    static modkeeper_record &record_at(const Track &track, u64 position) {
        return *reinterpret_cast<modkeeper_record *>(track.ring.at(position));
    }
    modkeeper_record &make_room(Sequences &sequences, Lane lane, u32 size);
    Cursor oldest(const Sequences &sequences) const;
    static bool lose(const Walk &walk, Batch &batch);
    static bool gather(Walk &walk, usize room, const Filter &filter, Batch &batch, bool &fits);
    bool disarm();

    Track tracks_[lanes];
    Atomic<u64> &next_; // number up to which all records are complete
    Atomic<u32> armed_{0};
    SpinLock<Sequences> sequences_;
    WaitQueue wait_;
};

inline bool Recorder::disarm() {
    fence_full();
    if (!armed_.load_relaxed())
        return false;
    armed_.store_relaxed(0);
    return true;
}

inline void Recorder::wake_readers() {
    if (disarm())
        wait_.wake();
}

inline void Recorder::wake_readers_soon() {
    if (disarm())
        wait_.wake_soon();
}

inline Recorder::Stamp Recorder::Slot::commit() {
    Stamp stamp = {header_.sequence, header_.boottime_ns, header_.realtime_ns};
    Atomic<u64> &head = recorder_.track(lane_).head;
    head.store_release(head.load_relaxed() + header_.size);
    sequences_->written[index_of(lane_)]++;
    u64 next = ++sequences_->next;
    if (header_.kind == MODKEEPER_RECORD_MARK)
        sequences_->behind_mark = {
            {recorder_.tracks_[0].head.load_relaxed(), recorder_.tracks_[1].head.load_relaxed()},
            next};
    recorder_.next_.store_release(next);
    return stamp;
}

template <typename Record>
inline Recorder::Stamp Recorder::append(const Record &record, Lane lane) {
    Slot slot(*this, {record.size(), record.kind(), record.flags(), record.body_size(), lane});
    record.write(slot.header());
    return slot.commit();
}

} // namespace mk
