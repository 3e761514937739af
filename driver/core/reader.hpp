// SPDX-License-Identifier: GPL-2.0-only
// One open file: what it has read, and what it is given next.
#pragma once

#include "core/recorder.hpp"
#include "kernel/spinlock.hpp"
#include "kernel/uaccess.hpp"
#include "lib/result.hpp"

namespace mk {

class Reader {
  public:
    explicit Reader(Recorder &recorder) : recorder_(recorder), cursor_(recorder.oldest()) {}

    // Bytes of whole records, a LOST record first where this reader was overtaken. Threads that
    // read at the same time share the records between them. Errors leave the cursor: try_again,
    // restart, bad_address, and invalid when @size is too small for the next record.
    Result<usize> read(UserBytesOut to, usize size, bool nonblocking);
    // Would read() return something? Any context.
    bool readable();
    void seek_oldest() { seek(recorder_.oldest()); }
    void seek_newest() { seek(recorder_.newest()); }

  private:
    static Result<> deliver(const Recorder &recorder, UserBytesOut to, Cursor from,
                            const Batch &batch);
    bool advance(Cursor from, Cursor to);
    void seek(Cursor to);

    Recorder &recorder_;
    SpinLock<Cursor> cursor_; // never held while user memory is touched
};

} // namespace mk
