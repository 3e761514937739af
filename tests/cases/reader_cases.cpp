// SPDX-License-Identifier: GPL-2.0-only
// What an open file gives out, and what it never loses.
#include "check.hpp"
#include "core/reader.hpp"
#include "core/record.hpp"
#include "kernel/slab.hpp"
#include "numbered_record.hpp"
#include "suites.hpp"

using mk::Errno;
using mk::Recorder;
using mk::u64;
using mk::u8;
using mk::usize;

namespace {

constexpr usize room = 128 * 1024;

// A ring of 64 KiB, one reader of it, and memory to read into.
class ReadFixture {
  public:
    ReadFixture() : user(mk_case_user_memory(room)), memory(mk::Buffer::create(room)) {
        auto trusted = mk::Mirror::create(65536), anybody = mk::Mirror::create(65536);
        if (!trusted.ok() || !anybody.ok())
            return;
        recorder = mk::make<Recorder>(trusted.take(), anybody.take()).take();
        if (recorder)
            reader = mk::make<mk::Reader>(*recorder).take();
    }

    bool ok() const { return user && memory.ok() && recorder && reader; }
    void append(int count, mk::u32 size, mk::Lane lane = mk::Lane::trusted) {
        while (count--)
            recorder->append(NumberedRecord(size), lane);
    }
    // Without waiting: bytes or -errno. What was read is at record().
    long read(usize bytes) { return read_at(user, bytes); }
    long read_at(mk_user to, usize bytes) {
        auto got = reader->read(mk::UserBytesOut(to), bytes, true);
        if (!got.ok())
            return mk::to_c(got.error());
        if (mk_case_user_read(memory.value().data(), to, got.value()))
            return mk::to_c(Errno::efault);
        return static_cast<long>(got.value());
    }
    const modkeeper_record &record(usize offset = 0) {
        return *reinterpret_cast<const modkeeper_record *>(memory.value().data() + offset);
    }
    // @bytes hold whole records with the sequence numbers from @first to @last.
    const char *holds(long bytes, u64 first, u64 last, usize offset = 0) {
        CHECK(bytes > 0);
        for (u64 sequence = first; sequence <= last; sequence++) {
            CHECK(record(offset).sequence == sequence);
            CHECK(NumberedRecord::intact(record(offset)));
            offset += record(offset).size;
        }
        CHECK(offset == static_cast<usize>(bytes));
        return nullptr;
    }

    mk_user user;
    mk::Result<mk::Buffer> memory;
    mk::Owned<Recorder> recorder;
    mk::Owned<mk::Reader> reader;
};

constexpr long invalid = mk::to_c(Errno::einval), try_again = mk::to_c(Errno::eagain),
               bad_address = mk::to_c(Errno::efault);

} // namespace

static const char *empty_ring_says_try_again() {
    ReadFixture file;
    CHECK(file.ok());
    CHECK(file.read(room) == try_again);
    CHECK(file.read(0) == 0);
    CHECK(!file.reader->readable());
    return nullptr;
}

static const char *whole_records_and_then_try_again() {
    ReadFixture file;
    CHECK(file.ok());
    file.append(5, 200);
    CHECK(file.reader->readable());
    long bytes = file.read(450);
    CHECK(bytes == 400);
    CHECK_STEP(file.holds(bytes, 1, 2));
    CHECK_STEP(file.holds(file.read(room), 3, 5));
    CHECK(file.read(room) == try_again);
    CHECK(!file.reader->readable());
    file.append(1, 4096);
    CHECK_STEP(file.holds(file.read(4096), 6, 6));
    return nullptr;
}

static const char *too_small_a_buffer_loses_nothing() {
    ReadFixture file;
    CHECK(file.ok());
    file.append(2, 200);
    CHECK(file.read(0) == 0);
    CHECK(file.read(1) == invalid);
    CHECK(file.read(199) == invalid);
    CHECK_STEP(file.holds(file.read(200), 1, 1));
    CHECK_STEP(file.holds(file.read(room), 2, 2));
    return nullptr;
}

static const char *fault_leaves_the_cursor() {
    ReadFixture file;
    CHECK(file.ok());
    file.append(3, 200);
    CHECK(file.read_at(mk_case_user_fault(), room) == bad_address);
    CHECK_STEP(file.holds(file.read(room), 1, 3));
    return nullptr;
}

static const char *fault_half_way_leaves_the_cursor() {
    ReadFixture file;
    CHECK(file.ok());
    file.append(3, 200);
    CHECK(file.read_at(file.user + room - 300, 600) == bad_address);
    CHECK_STEP(file.holds(file.read_at(file.user + room - 600, 600), 1, 3));
    return nullptr;
}

static const char *overtaken_reader_is_told_how_many() {
    ReadFixture file;
    CHECK(file.ok());
    file.append(10, 200);
    CHECK_STEP(file.holds(file.read(600), 1, 3));
    file.append(1000, 200);
    u64 oldest = file.recorder->counts().first_sequence;
    CHECK(oldest > 4);
    long bytes = file.read(room);
    CHECK(file.record().kind == MODKEEPER_RECORD_LOST);
    CHECK(file.record().sequence == 4);
    auto &lost = *reinterpret_cast<const modkeeper_record_lost *>(&file.record() + 1);
    CHECK(lost.count == oldest - 4);
    CHECK(file.record().boottime_ns == file.record(file.record().size).boottime_ns);
    CHECK_STEP(file.holds(bytes, oldest, 1010, file.record().size));
    return nullptr;
}

static const char *lost_record_needs_room_too() {
    ReadFixture file;
    CHECK(file.ok());
    file.append(1000, 200);
    u64 oldest = file.recorder->counts().first_sequence;
    CHECK(file.read(sizeof(mk::LostRecord) - 1) == invalid);
    // Room for it and not for what follows.
    CHECK(file.read(sizeof(mk::LostRecord) + 199) == static_cast<long>(sizeof(mk::LostRecord)));
    CHECK(file.record().kind == MODKEEPER_RECORD_LOST && file.record().sequence == 1);
    CHECK_STEP(file.holds(file.read(200), oldest, oldest));
    return nullptr;
}

static const char *fault_keeps_the_count_of_lost_ones() {
    ReadFixture file;
    CHECK(file.ok());
    file.append(1000, 200);
    CHECK(file.read_at(mk_case_user_fault(), room) == bad_address);
    file.append(10, 200);
    CHECK(file.read(sizeof(mk::LostRecord)) > 0);
    auto &lost = *reinterpret_cast<const modkeeper_record_lost *>(&file.record() + 1);
    CHECK(lost.count == file.recorder->counts().first_sequence - 1);
    return nullptr;
}

static const char *seeks_to_both_ends() {
    ReadFixture file;
    CHECK(file.ok());
    file.append(4, 200);
    file.reader->seek_newest();
    CHECK(file.read(room) == try_again);
    file.append(1, 200);
    CHECK_STEP(file.holds(file.read(room), 5, 5));
    file.reader->seek_oldest();
    CHECK_STEP(file.holds(file.read(room), 1, 5));
    // From the end, too, what is lost is counted.
    file.append(1000, 200);
    CHECK(file.read(sizeof(mk::LostRecord)) > 0);
    CHECK(file.record().sequence == 6);
    return nullptr;
}

static const char *readers_do_not_share_their_place() {
    ReadFixture file;
    CHECK(file.ok());
    file.append(3, 200);
    CHECK_STEP(file.holds(file.read(room), 1, 3));
    auto second = mk::make<mk::Reader>(*file.recorder);
    CHECK(second.ok());
    CHECK(second.value()->readable());
    auto got = second.value()->read(mk::UserBytesOut(file.user), room, true);
    CHECK(got.ok() && got.value() == 600);
    return nullptr;
}

static const char *new_reader_begins_at_the_oldest() {
    ReadFixture file;
    CHECK(file.ok());
    file.append(1000, 200);
    auto second = mk::make<mk::Reader>(*file.recorder);
    CHECK(second.ok());
    file.reader = second.take();
    u64 oldest = file.recorder->counts().first_sequence;
    CHECK_STEP(file.holds(file.read(room), oldest, 1000));
    return nullptr;
}

static const char *waiting_ends_at_once_when_there_is_something() {
    ReadFixture file;
    CHECK(file.ok());
    file.append(1, 200);
    auto got = file.reader->read(mk::UserBytesOut(file.user), room, false);
    CHECK(got.ok() && got.value() == 200);
    return nullptr;
}

static const char *one_read_goes_through_both_lanes() {
    ReadFixture file;
    CHECK(file.ok());
    for (int i = 0; i < 10; i++) {
        file.append(1, 200, mk::Lane::anybody);
        file.append(2, 200);
    }
    CHECK_STEP(file.holds(file.read(1500), 1, 7));
    CHECK_STEP(file.holds(file.read(room), 8, 30));
    CHECK(file.read(room) == try_again && !file.reader->readable());
    return nullptr;
}

// Each gap is told where it is, and that nothing of the other lane is in it.
static const char *what_anybody_lost_lies_between_the_rest() {
    ReadFixture file;
    CHECK(file.ok());
    file.append(1, 200);
    file.append(1000, 200, mk::Lane::anybody);
    file.append(1, 200);
    u64 lost = file.recorder->counts().overwritten[1];
    long bytes = file.read(room);
    CHECK(file.record().sequence == 1);
    const modkeeper_record &gap = file.record(200);
    CHECK(gap.kind == MODKEEPER_RECORD_LOST && gap.sequence == 2);
    CHECK(gap.flags == MODKEEPER_RECORD_ANYBODY);
    CHECK(reinterpret_cast<const modkeeper_record_lost *>(&gap + 1)->count == lost);
    CHECK_STEP(file.holds(bytes, 2 + lost, 1002, 200 + gap.size));
    return nullptr;
}

static const mk_case cases[] = {
    {"empty_ring_says_try_again", empty_ring_says_try_again},
    {"whole_records_and_then_try_again", whole_records_and_then_try_again},
    {"too_small_a_buffer_loses_nothing", too_small_a_buffer_loses_nothing},
    {"fault_leaves_the_cursor", fault_leaves_the_cursor},
    {"fault_half_way_leaves_the_cursor", fault_half_way_leaves_the_cursor},
    {"overtaken_reader_is_told_how_many", overtaken_reader_is_told_how_many},
    {"lost_record_needs_room_too", lost_record_needs_room_too},
    {"fault_keeps_the_count_of_lost_ones", fault_keeps_the_count_of_lost_ones},
    {"seeks_to_both_ends", seeks_to_both_ends},
    {"readers_do_not_share_their_place", readers_do_not_share_their_place},
    {"new_reader_begins_at_the_oldest", new_reader_begins_at_the_oldest},
    {"waiting_ends_at_once_when_there_is_something", waiting_ends_at_once_when_there_is_something},
    {"one_read_goes_through_both_lanes", one_read_goes_through_both_lanes},
    {"what_anybody_lost_lies_between_the_rest", what_anybody_lost_lies_between_the_rest},
};
const mk_case_suite mk_reader_cases = suite_of("reader", cases);
