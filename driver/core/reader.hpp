// SPDX-License-Identifier: GPL-2.0-only
// Reader of the device, one for each open file: its cursor, its filter, and what it reads next.
#pragma once

#include "core/filter.hpp"
#include "core/recorder.hpp"
#include "kernel/spinlock.hpp"
#include "kernel/uaccess.hpp"
#include "lib/bytes.hpp"
#include "lib/result.hpp"

namespace mk {

class Reader {
  public:
    explicit Reader(Recorder &recorder);

    // Bytes of whole records that pass the filter, a LOST record first where this reader was
    // overtaken. Threads that read at the same time share the records between them. Errors leave
    // the cursor: eagain, erestartsys, efault, and einval when @size is too small for the next
    // record. Process context, may sleep.
    Result<usize> read(UserBytesOut to, usize size, bool nonblocking);
    // The same into memory of the kernel.
    Result<usize> read(BytesOut to, usize size, bool nonblocking);
    // Would read() return something? Also true where it would take too long to find out. Any
    // context.
    bool readable();
    // Moves to @place, without waking those who wait on this reader. Any context.
    void pass_over(Cursor place) { state_.lock()->cursor = place; }
    void seek_oldest() { seek(recorder_.oldest()); }
    void seek_newest() { seek(recorder_.newest()); }
    // After the newest mark, or to the oldest record if there is no mark.
    void seek_mark() { seek(recorder_.behind_mark()); }
    // From the next read on. Process context.
    void set_filter(const Filter &filter);

  private:
    struct State {
        Cursor cursor;
        Filter filter;
    };
    // What one read has collected.
    struct ReadResult {
        usize bytes = 0;
        bool whole = true; // false: something of it was overwritten meanwhile
        Cursor next;
    };

    template <typename Out> Result<usize> read_into(Out to, usize size, bool nonblocking);
    template <typename Out>
    Result<ReadResult> collect(const State &start, const Batch &first, Out to, usize size) const;
    template <typename Out> Result<> deliver(Out to, usize offset, const Batch &batch) const;
    bool advance(Cursor from, Cursor to);
    void seek(Cursor to);

    Recorder &recorder_;
    SpinLock<State> state_; // never held while user memory is touched
};

} // namespace mk
