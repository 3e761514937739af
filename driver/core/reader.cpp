// SPDX-License-Identifier: GPL-2.0-only
#include "core/reader.hpp"

#include "core/record.hpp"
#include "kernel/sched.hpp"
#include "lib/bytes.hpp"

namespace mk {
namespace {

// More than this in one call only keeps the oldest records at risk for longer.
constexpr usize read_max = 256UL * 1024;

// How often a reader starts over when it is overtaken while it copies. After that it gets only the
// number of records that it lost, which cannot be overtaken.
constexpr int retries_max = 4;

usize lost_bytes(const Batch &batch) {
    return batch.lost ? sizeof(LostRecord) : 0;
}

LostRecord lost_record(const Batch &batch) {
    LostRecord lost = {};
    lost.header.size = sizeof(LostRecord);
    lost.header.kind = MODKEEPER_RECORD_LOST;
    lost.header.flags = batch.lost_trusted ? 0 : MODKEEPER_RECORD_ANYBODY;
    lost.header.header_size = sizeof(modkeeper_record);
    lost.header.body_size = sizeof(modkeeper_record_lost);
    lost.header.sequence = batch.lost_sequence;
    lost.header.boottime_ns = batch.lost_boottime_ns;
    lost.header.realtime_ns = batch.lost_realtime_ns;
    lost.header.loginuid = ~0U;
    lost.body.count = batch.lost;
    return lost;
}

// The oldest record of each lane that was copied.
class Oldest {
  public:
    void note(const Batch &batch) {
        usize lane = index_of(batch.lane);
        if (batch.bytes && !copied_[lane]) {
            copied_[lane] = true;
            position_[lane] = batch.position();
        }
    }
    bool intact(const Recorder &recorder) const {
        for (Lane lane : all_lanes)
            if (copied_[index_of(lane)] && !recorder.intact(lane, position_[index_of(lane)]))
                return false;
        return true;
    }

  private:
    bool copied_[lanes] = {};
    u64 position_[lanes] = {};
};

} // namespace

Reader::Reader(Recorder &recorder)
    : recorder_(recorder), state_(State{recorder.oldest(), Filter()}) {}

Result<usize> Reader::read(UserBytesOut to, usize size, bool nonblocking) {
    return read_into(to, size, nonblocking);
}

Result<usize> Reader::read(BytesOut to, usize size, bool nonblocking) {
    return read_into(to, size, nonblocking);
}

template <typename Out> Result<usize> Reader::read_into(Out to, usize size, bool nonblocking) {
    if (!size)
        return usize{0};
    size = min(size, read_max);
    for (int attempt = 0;;) {
        State start = *state_.lock();
        recorder_.arm();
        Batch batch = TRY(recorder_.look(start.cursor, size, start.filter));
        if (batch.empty()) {
            if (!advance(start.cursor, batch.next))
                continue;
            if (batch.more) {
                TRY(let_others_run());
                continue;
            }
            if (nonblocking)
                return Errno::eagain;
            TRY(recorder_.wait().until([this] { return readable(); }));
            continue;
        }
        bool count_only = batch.lost && attempt >= retries_max;
        if (count_only) {
            batch.bytes = 0;
            batch.next = batch.first;
        }
        ReadResult got = TRY(collect(start, batch, to, count_only ? 0 : size));
        // Another thread may have read or sought meanwhile: these records are not ours then.
        if (got.whole && advance(start.cursor, got.next))
            return got.bytes;
        attempt++;
    }
}

// Copies @first and the runs that follow it and still fit. The first of a lane is the oldest of it:
// as long as that is intact, all are.
template <typename Out> Result<Reader::ReadResult>
Reader::collect(const State &start, const Batch &first, Out to, usize size) const {
    ReadResult got;
    Oldest copied;
    Batch batch = first;
    do {
        TRY(deliver(to, got.bytes, batch));
        got.bytes += lost_bytes(batch) + batch.bytes;
        got.next = batch.next;
        copied.note(batch);
        if (!let_others_run().ok())
            break;
        Result<Batch> more = recorder_.look(got.next, size - min(size, got.bytes), start.filter);
        if (!more.ok())
            break;
        batch = more.take();
        got.next = batch.next;
    } while (!batch.empty());
    got.whole = copied.intact(recorder_);
    return got;
}

bool Reader::readable() {
    for (;;) {
        State start = *state_.lock();
        recorder_.arm();
        // Without room, any record is an error.
        Result<Batch> batch = recorder_.look(start.cursor, 0, start.filter);
        if (!batch.ok())
            return true;
        // Records that the filter holds back count as read, so that they are never counted as lost.
        // If there are more to look at, read() takes the time for it.
        if (advance(start.cursor, batch.value().next))
            return batch.value().more;
    }
}

template <typename Out> Result<> Reader::deliver(Out to, usize offset, const Batch &batch) const {
    if (batch.lost) {
        LostRecord lost = lost_record(batch);
        TRY(to.write(offset, &lost, sizeof(lost)));
        offset += sizeof(lost);
    }
    if (batch.bytes)
        TRY(to.write_racing(offset, recorder_.bytes_at(batch.lane, batch.position()), batch.bytes));
    return {};
}

bool Reader::advance(Cursor from, Cursor to) {
    auto state = state_.lock();
    if (!(state->cursor == from))
        return false;
    state->cursor = to;
    return true;
}

void Reader::seek(Cursor to) {
    state_.lock()->cursor = to;
    // A thread that waits on this file may have something to read now.
    recorder_.wait().wake();
}

void Reader::set_filter(const Filter &filter) {
    // A waiting reader has passed all existing records; the new filter applies to later ones.
    state_.lock()->filter = filter;
}

} // namespace mk
