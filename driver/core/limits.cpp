// SPDX-License-Identifier: GPL-2.0-only
#include "core/limits.hpp"

#include "core/record.hpp"
#include "kernel/ktime.hpp"
#include "kernel/workqueue.hpp"

namespace mk {
namespace {

// Of the user and not of the task that writes it.
class SuppressedRecord : public Record<modkeeper_record_suppressed, 1> {
  public:
    SuppressedRecord() : Record(MODKEEPER_RECORD_SUPPRESSED) {}

    void write(modkeeper_record &header) const {
        header.pid = header.tgid = 0;
        header.uid = body().uid;
        header.loginuid = ~0U;
        clear_bytes(header.comm, sizeof(header.comm));
        Record::write(header);
    }
};

} // namespace

// Places of users that have been quiet are given to others.
Limits::User &Limits::find(Table &table, u32 uid, u64 now_ns) {
    if (uid == MODKEEPER_SUPPRESSED_OTHERS)
        return table.others;
    User *free = nullptr;
    for (usize i = 0; i < tries; i++) {
        User &user = table.users[(uid + i) % users_max];
        bool idle = user.idle(now_ns);
        if (user.uid == uid && !idle)
            return user;
        if (idle && !free)
            free = &user;
    }
    if (!free)
        return table.others;
    *free = {};
    free->uid = uid;
    return *free;
}

bool Limits::Table::count(User &user, modkeeper_record_kind kind, u64 now_ns) {
    user.left_out[kind]++;
    if (!user.since_ns)
        user.since_ns = now_ns;
    bool first = !telling;
    telling = true;
    return first;
}

void Limits::counted(bool first) {
    suppressed_.add_relaxed(1);
    if (first)
        call_later();
}

bool Limits::admit_for(u32 uid, modkeeper_record_kind kind, u32 records) {
    // A tick is nothing beside the budget's pace; whoever is refused all the time must not have
    // the machine's clock read all the time.
    u64 now_ns = boottime_coarse_ns();
    bool first;
    {
        auto table = table_.lock();
        User &user = find(*table, uid, now_ns);
        if (user.takes(records, now_ns))
            return true;
        first = table->count(user, kind, now_ns);
    }
    counted(first);
    return false;
}

void Limits::leave_out(u32 uid, modkeeper_record_kind kind) {
    u64 now_ns = boottime_coarse_ns();
    bool first;
    {
        auto table = table_.lock();
        first = table->count(find(*table, uid, now_ns), kind, now_ns);
    }
    counted(first);
}

void Limits::tell() {
    table_.lock()->telling = false;
    for (usize i = 0; i <= users_max; i++)
        tell(i);
    recorder_.wake_readers();
}

void Limits::tell(usize index) {
    u64 left_out[kinds];
    SuppressedRecord record;
    {
        auto table = table_.lock();
        User &user = index < users_max ? table->users[index] : table->others;
        if (!user.since_ns)
            return;
        record.body().uid = index < users_max ? user.uid : MODKEEPER_SUPPRESSED_OTHERS;
        record.body().since_boottime_ns = user.since_ns;
        copy_bytes(left_out, user.left_out, sizeof(left_out));
        user.since_ns = 0;
        clear_bytes(user.left_out, sizeof(user.left_out));
    }
    for (usize kind = 0; kind < kinds; kind++) {
        if (!left_out[kind])
            continue;
        record.body().kind = static_cast<u32>(kind);
        record.body().count = left_out[kind];
        recorder_.append(record, Lane::anybody);
    }
}

} // namespace mk
