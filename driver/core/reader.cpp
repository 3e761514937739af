// SPDX-License-Identifier: GPL-2.0-only
#include "core/reader.hpp"

#include "core/record.hpp"
#include "lib/bytes.hpp"

namespace mk {
namespace {

// More than this in one call only keeps the oldest records at risk for longer.
constexpr usize read_max = 256UL * 1024;

// So often a reader that is overtaken while it copies starts over; then it is given only the
// count of what it lost, which cannot be overtaken.
constexpr int patience = 4;

usize lost_bytes(const Batch &batch) {
    return batch.lost ? sizeof(LostRecord) : 0;
}

} // namespace

Result<usize> Reader::read(UserBytesOut to, usize size, bool nonblocking) {
    size = min(size, read_max);
    for (int attempt = 0;; attempt++) {
        Cursor start = *cursor_.lock();
        recorder_.arm();
        Batch batch = TRY(recorder_.look(start, size));
        if (batch.empty()) {
            if (nonblocking)
                return Errno::try_again;
            TRY(recorder_.wait().until([this] { return readable(); }));
            continue;
        }
        if (batch.lost && attempt >= patience) {
            batch.bytes = 0;
            batch.next = batch.first;
        }
        TRY(deliver(recorder_, to, start, batch));
        if (batch.bytes && !recorder_.intact(batch.first.position))
            continue;
        // Another thread may have read or sought meanwhile: these records are not ours then.
        if (advance(start, batch.next))
            return lost_bytes(batch) + batch.bytes;
    }
}

bool Reader::readable() {
    recorder_.arm();
    return recorder_.has_after(*cursor_.lock());
}

Result<> Reader::deliver(const Recorder &recorder, UserBytesOut to, Cursor from,
                         const Batch &batch) {
    if (batch.lost) {
        LostRecord lost =
            lost_record(from.sequence, batch.lost, batch.lost_boottime_ns, batch.lost_realtime_ns);
        TRY(to.write(0, &lost, sizeof(lost)));
    }
    if (batch.bytes)
        TRY(to.write(lost_bytes(batch), recorder.bytes_at(batch.first.position), batch.bytes));
    return {};
}

bool Reader::advance(Cursor from, Cursor to) {
    auto cursor = cursor_.lock();
    if (!(*cursor == from))
        return false;
    *cursor = to;
    return true;
}

void Reader::seek(Cursor to) {
    *cursor_.lock() = to;
    // A thread that waits on this file may have something to read now.
    recorder_.wait().wake();
}

} // namespace mk
