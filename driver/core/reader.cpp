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
    return read_into(to, size, nonblocking);
}

Result<usize> Reader::read(BytesOut to, usize size, bool nonblocking) {
    return read_into(to, size, nonblocking);
}

template <typename Out> Result<usize> Reader::read_into(Out to, usize size, bool nonblocking) {
    size = min(size, read_max);
    for (int attempt = 0;; attempt++) {
        Place start = *place_.lock();
        recorder_.arm();
        Batch batch = TRY(recorder_.look(start.cursor, size, start.filter));
        if (batch.empty()) {
            if (!advance(start.cursor, batch.next))
                continue;
            if (nonblocking)
                return Errno::try_again;
            TRY(recorder_.wait().until([this] { return readable(); }));
            continue;
        }
        bool count_only = batch.lost && attempt >= patience;
        if (count_only) {
            batch.bytes = 0;
            batch.next = batch.first;
        }
        Catch got = TRY(collect(start, batch, to, count_only ? 0 : size));
        // Another thread may have read or sought meanwhile: these records are not ours then.
        if (got.whole && advance(start.cursor, got.next))
            return got.bytes;
    }
}

// Copies @batch and, with a filter, the runs that follow it and still fit. The first of them is the
// oldest: as long as that is intact, all are.
template <typename Out> Result<Reader::Catch>
Reader::collect(const Place &start, const Batch &first, Out to, usize size) const {
    Catch got;
    TRY(deliver(to, 0, start.cursor, first));
    got.bytes = lost_bytes(first) + first.bytes;
    got.next = first.next;
    while (!start.filter.passes_all() && got.bytes < size) {
        Result<Batch> more = recorder_.look(got.next, size - got.bytes, start.filter);
        if (!more.ok() || more.value().lost)
            break;
        TRY(deliver(to, got.bytes, got.next, more.value()));
        got.bytes += more.value().bytes;
        got.next = more.value().next;
        if (more.value().empty())
            break;
    }
    got.whole = got.bytes == lost_bytes(first) || recorder_.intact(first.first.position);
    return got;
}

bool Reader::readable() {
    for (;;) {
        Place start = *place_.lock();
        recorder_.arm();
        // There is no room for anything: what is there is an error.
        Result<Batch> batch = recorder_.look(start.cursor, 0, start.filter);
        if (!batch.ok())
            return true;
        // What is held back is behind us, so that it cannot be counted as lost.
        if (advance(start.cursor, batch.value().next))
            return false;
    }
}

template <typename Out>
Result<> Reader::deliver(Out to, usize offset, Cursor from, const Batch &batch) const {
    if (batch.lost) {
        LostRecord lost =
            lost_record(from.sequence, batch.lost, batch.lost_boottime_ns, batch.lost_realtime_ns);
        TRY(to.write(offset, &lost, sizeof(lost)));
        offset += sizeof(lost);
    }
    if (batch.bytes)
        TRY(to.write(offset, recorder_.bytes_at(batch.first.position), batch.bytes));
    return {};
}

bool Reader::advance(Cursor from, Cursor to) {
    auto place = place_.lock();
    if (!(place->cursor == from))
        return false;
    place->cursor = to;
    return true;
}

void Reader::seek(Cursor to) {
    place_.lock()->cursor = to;
    // A thread that waits on this file may have something to read now.
    recorder_.wait().wake();
}

void Reader::set_filter(const Filter &filter) {
    // Who waits has left behind all that there is; what comes is held against this one.
    place_.lock()->filter = filter;
}

} // namespace mk
