// SPDX-License-Identifier: GPL-2.0-only
// Readers and writers at the same time: what is overwritten while it is copied, who is woken, and
// that every record is delivered or counted as lost.
#include <atomic>
#include <thread>

#include "core/reader.hpp"
#include "core/record.hpp"
#include "driver_fixture.hpp"
#include "kernel/slab.hpp"
#include "numbered_record.hpp"

namespace {

class Reading : public DriverTest {
  protected:
    void SetUp() override {
        DriverTest::SetUp();
        recorder = mk::make<mk::Recorder>(mk::Mirror::create(65536).take(),
                                          mk::Mirror::create(65536).take())
                       .take();
    }
    void TearDown() override {
        recorder = {};
        DriverTest::TearDown();
    }

    void append(int count) {
        while (count--)
            recorder->append(NumberedRecord(200));
    }

    // How many records and lost ones @bytes at @from hold, dense from *@next on.
    static void account(mk_user from, mk::usize bytes, __u64 *next, __u64 *delivered, __u64 *lost) {
        for (mk::usize at = 0; at < bytes;) {
            auto &record = *reinterpret_cast<const modkeeper_record *>(from + at);
            ASSERT_EQ(record.sequence, *next);
            if (record.kind == MODKEEPER_RECORD_LOST) {
                __u64 count = reinterpret_cast<const mk::LostRecord &>(record).body.count;
                ASSERT_GT(count, 0u);
                *lost += count;
                *next += count;
            } else {
                ASSERT_TRUE(NumberedRecord::intact(record)) << record.sequence;
                ++*delivered;
                ++*next;
            }
            at += record.size;
        }
    }

    mk::Owned<mk::Recorder> recorder;
};

TEST_F(Reading, OvertakenWhileCopyingStartsOver) {
    mk::Reader reader(*recorder);
    append(10);
    int copies = 0;
    fake::set_during_copy([&] {
        if (copies++ == 0)
            append(1000);
    });
    auto got = reader.read(mk::UserBytesOut(user), room, true);
    ASSERT_TRUE(got.ok());
    __u64 next = 1, delivered = 0, lost = 0;
    account(user, got.value(), &next, &delivered, &lost);
    EXPECT_EQ(next, 1011u);
    EXPECT_EQ(lost, recorder->counts().first_sequence - 1);
}

TEST_F(Reading, AlwaysOvertakenReaderStillLearnsHowMuch) {
    mk::Reader reader(*recorder);
    append(10);
    fake::set_during_copy([&] { append(1000); });
    auto got = reader.read(mk::UserBytesOut(user), room, true);
    ASSERT_TRUE(got.ok());
    EXPECT_EQ(got.value(), sizeof(mk::LostRecord));
    fake::set_during_copy(nullptr);
    __u64 next = 1, delivered = 0, lost = 0;
    account(user, got.value(), &next, &delivered, &lost);
    got = reader.read(mk::UserBytesOut(user), room, true);
    ASSERT_TRUE(got.ok());
    account(user, got.value(), &next, &delivered, &lost);
    EXPECT_EQ(delivered + lost, recorder->counts().next_sequence - 1);
}

TEST_F(Reading, ReadAndSeekInBetweenMakesTheOtherStartOver) {
    mk::Reader reader(*recorder);
    append(10);
    bool once = true;
    fake::set_during_copy([&] {
        if (std::exchange(once, false))
            reader.seek_newest();
    });
    auto got = reader.read(mk::UserBytesOut(user), room, true);
    EXPECT_EQ(got.error(), mk::Errno::eagain);
}

TEST_F(Reading, ThreadsOfOneFileShareTheRecords) {
    mk::Reader reader(*recorder);
    append(300);
    std::atomic<__u64> delivered = 0;
    auto read_some = [&](mk_user to) {
        for (;;) {
            auto got = reader.read(mk::UserBytesOut(to), 450, true);
            if (!got.ok())
                break;
            delivered += got.value() / 200;
        }
    };
    std::thread other(read_some, user + 4096);
    read_some(user);
    other.join();
    EXPECT_EQ(delivered, 300u);
}

TEST_F(Reading, WaiterIsWokenByTheNextRecord) {
    mk::Reader reader(*recorder);
    std::thread waiter([&] {
        for (__u64 sequence = 1; sequence <= 100; sequence++) {
            auto got = reader.read(mk::UserBytesOut(user), 200, false);
            ASSERT_TRUE(got.ok());
            EXPECT_EQ(reinterpret_cast<const modkeeper_record *>(user)->sequence, sequence);
        }
    });
    for (int i = 0; i < 100; i++) {
        while (i % 3 == 0 && !fake::waiters() && recorder->counts().next_sequence <= 100)
            sched_yield();
        append(1);
        recorder->wake_readers();
    }
    waiter.join();
}

// Runs that pass lie apart; one that is overtaken while a later one is copied spoils them all.
TEST_F(Reading, RunsOvertakenWhileCopyingStartOver) {
    modkeeper_filter request = {};
    request.kinds = 1 << MODKEEPER_RECORD_REFERENCE;
    std::strcpy(request.name, "wanted*");
    mk::Reader reader(*recorder);
    reader.set_filter(mk::Filter::create(request).take());
    auto append_pairs = [&](int count) {
        while (count--) {
            append(1);
            mk::ReferenceRecord record(MODKEEPER_RECORD_REFERENCE);
            record.put(&modkeeper_record_reference::module, mk::Text::from_c("wanted-one"));
            recorder->append(record);
        }
    };
    append_pairs(20);
    int copies = 0;
    fake::set_during_copy([&] {
        if (++copies == 7)
            append_pairs(1000);
    });
    auto got = reader.read(mk::UserBytesOut(user), room, true);
    ASSERT_TRUE(got.ok());
    EXPECT_GT(copies, 20);
    auto &first = *reinterpret_cast<const mk::LostRecord *>(user);
    ASSERT_EQ(first.header.kind, MODKEEPER_RECORD_LOST);
    EXPECT_EQ(first.header.sequence, 1u);
    __u64 next = first.body.count + 1;
    for (mk::usize at = first.header.size; at < got.value();) {
        auto &record = *reinterpret_cast<const modkeeper_record *>(user + at);
        next += next % 2;
        ASSERT_EQ(record.sequence, next++);
        ASSERT_EQ(record.kind, MODKEEPER_RECORD_REFERENCE);
        at += record.size;
    }
    EXPECT_EQ(next, recorder->counts().next_sequence);
}

// A sleeper is woken by every record and comes back with what it wants only.
TEST_F(Reading, FilteredWaiterSleepsOn) {
    modkeeper_filter request = {};
    request.kinds = 1 << MODKEEPER_RECORD_REFERENCE;
    mk::Reader reader(*recorder);
    reader.set_filter(mk::Filter::create(request).take());
    std::thread waiter([&] {
        auto got = reader.read(mk::UserBytesOut(user), room, false);
        ASSERT_TRUE(got.ok());
        auto &record = *reinterpret_cast<const modkeeper_record *>(user);
        EXPECT_EQ(record.size, got.value());
        EXPECT_EQ(record.kind, MODKEEPER_RECORD_REFERENCE);
        EXPECT_EQ(record.sequence, 5001u);
    });
    while (!fake::waiters())
        sched_yield();
    // More than the ring holds: none of them is lost to a reader that does not want them.
    for (int i = 0; i < 5000; i++) {
        append(1);
        recorder->wake_readers();
        if (i % 100 == 0) {
            ASSERT_FALSE(reader.readable());
        }
    }
    recorder->append(mk::ReferenceRecord(MODKEEPER_RECORD_REFERENCE));
    recorder->wake_readers();
    waiter.join();
}

// However much is held back, nobody goes through all of it in one go.
class Searching : public DriverTest {
  protected:
    static constexpr int marks = 5000;

    void SetUp() override {
        DriverTest::SetUp();
        start(1UL << 20);
        std::strcpy(reinterpret_cast<char *>(user), "mark");
        for (int i = 0; i < marks; i++)
            ASSERT_EQ(mk_core_write(reader, user, 4), 4);
        modkeeper_filter filter = {};
        filter.kinds = 1ULL << MODKEEPER_RECORD_LOAD_LIVE;
        std::memcpy(reinterpret_cast<void *>(user), &filter, sizeof(filter));
        ASSERT_EQ(mk_core_ioctl(reader, MODKEEPER_IOC_FILTER, user), 0);
    }
    long read(bool nonblocking) { return mk_core_read(reader, user, 65536, nonblocking); }
};

TEST_F(Searching, LetsOthersRun) {
    EXPECT_EQ(read(true), -11); // EAGAIN
    EXPECT_GE(fake::yields(), 1UL * marks / mk::Recorder::held_back_max);
    EXPECT_FALSE(mk_core_readable(reader));
}

TEST_F(Searching, PollHandsItOnToRead) {
    EXPECT_TRUE(mk_core_readable(reader));
    EXPECT_EQ(fake::yields(), 0u);
    EXPECT_EQ(read(true), -11);
    mk_module module = module_named("found");
    load(module);
    EXPECT_TRUE(mk_core_readable(reader));
    EXPECT_GT(read(true), 0);
    EXPECT_FALSE(mk_core_readable(reader));
}

TEST_F(Searching, EndsWithASignalAndGoesOnAfterIt) {
    mk_module module = module_named("found");
    load(module);
    fake::interrupt_waiters();
    EXPECT_EQ(read(false), -512); // ERESTARTSYS
    EXPECT_EQ(fake::yields(), 1u);
}

TEST_F(Searching, FindsWhatIsBehindIt) {
    mk_module module = module_named("found");
    load(module);
    auto records = read_all();
    ASSERT_EQ(records.size(), 1u);
    EXPECT_EQ(records[0].name, "found");
}

TEST_F(Reading, NothingIsReadIntoNothing) {
    mk::Reader reader(*recorder);
    EXPECT_EQ(reader.read(mk::UserBytesOut(user), 0, false).value(), 0u);
    append(1);
    EXPECT_EQ(reader.read(mk::UserBytesOut(user), 0, false).value(), 0u);
    EXPECT_GT(reader.read(mk::UserBytesOut(user), 4096, true).value(), 0u);
}

TEST_F(Reading, NewFilterHoldsForWhoWaits) {
    modkeeper_filter request = {};
    request.kinds = 1 << MODKEEPER_RECORD_REFERENCE;
    mk::Reader reader(*recorder);
    reader.set_filter(mk::Filter::create(request).take());
    recorder->append(mk::RequestRecord(MODKEEPER_RECORD_REQUEST));
    std::thread waiter([&] {
        auto got = reader.read(mk::UserBytesOut(user), room, false);
        ASSERT_TRUE(got.ok());
        EXPECT_EQ(reinterpret_cast<const modkeeper_record *>(user)->sequence, 2u);
    });
    while (!fake::waiters())
        sched_yield();
    request.kinds = 0;
    reader.set_filter(mk::Filter::create(request).take());
    recorder->append(mk::RequestRecord(MODKEEPER_RECORD_REQUEST));
    recorder->wake_readers();
    waiter.join();
}

TEST_F(Reading, SignalEndsTheWaitAndLosesNothing) {
    mk::Reader reader(*recorder);
    std::thread waiter([&] {
        auto got = reader.read(mk::UserBytesOut(user), room, false);
        EXPECT_EQ(got.error(), mk::Errno::erestartsys);
    });
    while (!fake::waiters())
        sched_yield();
    fake::interrupt_waiters();
    waiter.join();
    append(1);
    auto got = reader.read(mk::UserBytesOut(user), room, true);
    EXPECT_TRUE(got.ok());
}

TEST_F(Reading, SeekWakesAWaiter) {
    mk::Reader reader(*recorder);
    append(3);
    reader.seek_newest();
    std::thread waiter([&] {
        auto got = reader.read(mk::UserBytesOut(user), room, false);
        ASSERT_TRUE(got.ok());
        EXPECT_EQ(got.value(), 600u);
    });
    while (!fake::waiters())
        sched_yield();
    reader.seek_oldest();
    waiter.join();
}

// Writers at full speed, one of either lane, lap small rings again and again; readers of different
// appetite.
TEST_F(Reading, EveryRecordIsDeliveredOrCounted) {
    constexpr __u64 writers = 2, each = 60000, total = writers * each;
    const mk::usize appetites[] = {4096, 32768, room / 4};
    std::vector<std::thread> threads;
    std::atomic<int> unfinished = 3;
    __u64 delivered[3] = {}, lost[3] = {};
    for (int r = 0; r < 3; r++) {
        threads.emplace_back([&, r] {
            mk::Reader reader(*recorder);
            mk_user to = user + static_cast<mk_user>(r) * (room / 4);
            __u64 next = 1;
            while (next <= total && !HasFatalFailure()) {
                auto got = reader.read(mk::UserBytesOut(to), appetites[r], false);
                ASSERT_TRUE(got.ok());
                account(to, got.value(), &next, &delivered[r], &lost[r]);
            }
            unfinished--;
        });
    }
    // Readers must have opened before the first record, so that all of them owe the same sum.
    while (fake::waiters() < 3)
        sched_yield();
    for (__u64 w = 0; w < writers; w++) {
        threads.emplace_back([&, w] {
            for (__u64 i = 0; i < each; i++) {
                recorder->append(NumberedRecord(static_cast<mk::u32>(80 + 8 * (i * (w + 3) % 60))),
                                 w ? mk::Lane::anybody : mk::Lane::trusted);
                recorder->wake_readers();
            }
        });
    }
    for (std::thread &thread : threads)
        thread.join();
    for (int r = 0; r < 3; r++)
        EXPECT_EQ(delivered[r] + lost[r], total) << "reader " << r;
    EXPECT_EQ(unfinished, 0);
    EXPECT_GT(delivered[0] + delivered[1] + delivered[2], 0u);
}

} // namespace
