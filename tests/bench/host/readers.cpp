// SPDX-License-Identifier: GPL-2.0-only
// One writer at full speed and several readers at once: what the writer pays for them, and whether
// each of them can account for every record. The driver's own recorder and readers, on threads.
//
// The writer has a processor of its own where there are two; the readers share the other ones, and
// keep them busy whether they are one or many: they poll, so that the writer does not pay for
// waking them, which on the host is not the kernel's work.
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <thread>
#include <vector>

#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>

#include "case.h"
#include "core/reader.hpp"
#include "mark.hpp"

namespace {

constexpr mk::usize ring_bytes = 1 << 20;
constexpr mk::usize batch_bytes = 65536;

struct Account {
    mk::u64 delivered = 0;
    mk::u64 lost = 0;
    bool dense = true; // every record is the next one, or a LOST record tells of those between

    bool holds(mk::u64 produced) const { return dense && delivered + lost == produced; }
};

struct Run {
    double writer_ns = 0; // of processor time, a record
    mk::u64 delivered = 0;
    mk::u64 lost = 0;
    int astray = 0; // readers whose account does not hold
};

void pin(bool writer) {
    unsigned processors = std::thread::hardware_concurrency();
    cpu_set_t set;
    CPU_ZERO(&set);
    for (unsigned i = 0; i < processors; i++)
        if (processors == 1 || (i == 0) == writer)
            CPU_SET(i, &set);
    pthread_setaffinity_np(pthread_self(), sizeof(set), &set);
}

double thread_ns() {
    timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

double write_all(mk::Recorder &recorder, mk::u64 records) {
    std::string text = mk::bench::text_of_mark();
    pin(true);
    double start = thread_ns();
    for (mk::u64 i = 0; i < records; i++) {
        recorder.append(mk::bench::mark_of(text));
        recorder.wake_readers();
    }
    return (thread_ns() - start) / static_cast<double>(records);
}

void take(Account &account, mk::u64 &next, const char *at, mk::usize bytes) {
    for (const char *end = at + bytes; at < end;) {
        auto &record = *reinterpret_cast<const modkeeper_record *>(at);
        account.dense = account.dense && record.sequence == next;
        if (record.kind == MODKEEPER_RECORD_LOST) {
            mk::u64 count = reinterpret_cast<const mk::LostRecord &>(record).body.count;
            account.lost += count;
            next += count;
        } else {
            account.delivered++;
            next++;
        }
        at += record.size;
    }
}

void read_all(mk::Reader &reader, mk::u64 records, mk_user to, Account &account) {
    pin(false);
    for (mk::u64 next = 1; next <= records;) {
        auto got = reader.read(mk::UserBytesOut(to), batch_bytes, true);
        if (got.ok())
            take(account, next, reinterpret_cast<const char *>(to), got.value());
        else
            sched_yield();
    }
}

// Its pages are there: the host brings them in when they are touched first.
mk::Mirror make_ring() {
    mk::Result<mk::Mirror> ring = mk::Mirror::create(ring_bytes);
    if (!ring.ok())
        std::abort();
    std::memset(ring.value().at(0), 0, 2 * ring_bytes);
    return ring.take();
}

Run run(int reader_count, mk::u64 records) {
    mk::Recorder recorder(make_ring(), make_ring());
    std::vector<Account> accounts(static_cast<std::size_t>(reader_count));
    std::vector<std::thread> threads;
    std::atomic<int> ready = 0;
    for (Account &account : accounts) {
        threads.emplace_back([&] {
            mk::Reader reader(recorder);
            mk_user to = mk_case_user_memory(batch_bytes);
            ready++;
            read_all(reader, records, to, account);
        });
    }
    while (ready < reader_count)
        sched_yield();
    Run result;
    std::thread writer([&] { result.writer_ns = write_all(recorder, records); });
    writer.join();
    for (std::thread &thread : threads)
        thread.join();
    for (const Account &account : accounts) {
        result.delivered += account.delivered;
        result.lost += account.lost;
        result.astray += !account.holds(recorder.counts().next_sequence - 1);
    }
    return result;
}

} // namespace

// READERS RECORDS
int main(int argc, char **argv) {
    if (argc != 3)
        return 2;
    int readers = std::atoi(argv[1]);
    mk::u64 records = std::strtoull(argv[2], nullptr, 10);
    // Beside other work one thread would get less of a processor than eight. Not all may do this.
    setpriority(PRIO_PROCESS, 0, -20);
    Run result = run(readers, records);
    std::printf("{\"readers\": %d, \"records\": %llu, \"writer_ns\": %.2f, \"delivered\": %llu, "
                "\"lost\": %llu, \"astray\": %d}\n",
                readers, static_cast<unsigned long long>(records), result.writer_ns,
                static_cast<unsigned long long>(result.delivered),
                static_cast<unsigned long long>(result.lost), result.astray);
    return 0;
}
