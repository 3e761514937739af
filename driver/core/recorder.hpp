// SPDX-License-Identifier: GPL-2.0-only
// The recorder: a bounded ring of records with one writer at a time and any number of readers
// that take no lock.
//
// Positions are bytes since the start and only grow; [tail, head) is what can be read. A writer,
// under its lock, first moves the tail past the records it is about to overwrite, then writes,
// then moves the head. A reader looks, copies, and then looks at the tail again: what it copied
// is good if the tail has not passed where it began. The pairs of barriers:
//
//   writer: tail; fence_release; bytes            reader: bytes; fence_acquire; tail
//   writer: bytes; store_release(head)            reader: load_acquire(head); bytes
//   writer: head; fence_full; armed?              reader: arm; fence_full; head
#pragma once

#include <linux/modkeeper.h>

#include "core/filter.hpp"
#include "kernel/spinlock.hpp"
#include "kernel/vmalloc.hpp"
#include "kernel/wait.hpp"
#include "lib/atomic.hpp"
#include "lib/types.hpp"

namespace mk {

// Where a reader is: the next record it wants lies at @position and has @sequence.
struct Cursor {
    u64 position = 0;
    u64 sequence = 1;

    bool operator==(const Cursor &) const = default;
};

// What a reader can be given at once.
struct Batch {
    u64 lost = 0; // records it missed before @first
    u64 lost_boottime_ns = 0;
    u64 lost_realtime_ns = 0;
    Cursor first; // of the whole records below
    usize bytes = 0;
    Cursor next; // after them, and after what the filter holds back if there are none

    bool empty() const { return !lost && !bytes; }
};

class Recorder {
  public:
    explicit Recorder(Mirror ring);

    struct Stamp {
        u64 sequence;
        u64 boottime_ns;
        u64 realtime_ns;
    };

  private:
    // Sequence numbers of the record at the tail, and of the one that will lie at the head.
    struct Sequences {
        u64 first = 1;
        u64 next = 1;
        Cursor behind_mark; // sequence 1: there was none
    };

  public:
    // What a record says of itself before it is written.
    struct Shape {
        u32 size; // a multiple of 8, MODKEEPER_RECORD_MAX at the most
        u16 kind;
        u16 flags;
        u16 body_size;
    };

    // Room for one record at the head, whose header is filled in. Nobody else writes while it
    // is there, and no reader sees it before commit().
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
        SpinLock<Sequences>::Guard sequences_;
        modkeeper_record &header_;
    };

    // One record, in any context; never fails. Readers sleep on until wake_readers().
    template <typename Record> Stamp append(const Record &record);
    // If one may have found nothing since the last call. Process context.
    void wake_readers();
    // The same in a moment, from another context. Any context.
    void wake_readers_soon();

    struct Counts {
        u64 first_sequence;
        u64 next_sequence;
        u64 bytes;
    };
    Counts counts(); // any context
    usize ring_bytes() const { return ring_.size(); }
    // What programs map: struct modkeeper_ring in a page, and the ring twice.
    void *mapping() const { return ring_.page(); }
    usize mapping_bytes() const { return ring_.page_size() + 2 * ring_.size(); }

    // ---- for readers ----

    // These wait for a writer: not for reading.
    Cursor oldest();
    Cursor newest();
    // The first record after the newest MARK, which may be overwritten; oldest() without one.
    Cursor behind_mark();

    // Asks to be woken by the next record. Before looking whether there is one.
    void arm();
    // The first run of whole records from @cursor on that pass @filter, as much of it as fits into
    // @room bytes, and how many were lost before it (a LOST record of which is counted into the
    // room). Errno::invalid: there is something, and @room is too small for what comes first.
    Result<Batch> look(Cursor cursor, usize room, const Filter &filter = {}) const;
    const u8 *bytes_at(u64 position) const { return ring_.at(position); }
    // Was everything that has been read from @position on so far good?
    bool intact(u64 position) const;
    WaitQueue &wait() { return wait_; }

  private:
    modkeeper_record &record_at(u64 position) const {
        return *reinterpret_cast<modkeeper_record *>(ring_.at(position));
    }
    modkeeper_record &make_room(Sequences &sequences, u32 size);
    bool disarm();
    bool find_oldest(u64 tail, Batch &batch, Cursor from) const;

    Mirror ring_;
    modkeeper_ring &shared_; // with programs, which can only read it
    Atomic<u64> &head_;
    Atomic<u64> &tail_;
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
    sequences_->next++;
    Stamp stamp = {header_.sequence, header_.boottime_ns, header_.realtime_ns};
    u64 head = recorder_.head_.load_relaxed() + header_.size;
    if (header_.kind == MODKEEPER_RECORD_MARK)
        sequences_->behind_mark = {head, sequences_->next};
    recorder_.head_.store_release(head);
    return stamp;
}

template <typename Record> Recorder::Stamp Recorder::append(const Record &record) {
    Slot slot(*this, {record.size(), record.kind(), record.flags(), record.body_size()});
    record.write(slot.header());
    return slot.commit();
}

} // namespace mk
