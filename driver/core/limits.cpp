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

bool Limits::Table::takes(User &user, u32 records, u64 now_ns) {
    if (!user.budget.has(of_a_user, records, now_ns) || !all.has(of_all, records, now_ns))
        return false;
    user.budget.take(of_a_user, records, now_ns);
    all.take(of_all, records, now_ns);
    return true;
}

bool Limits::Table::count(User &user, modkeeper_record_kind kind, u64 now_ns) {
    user.left_out[kind]++;
    if (!user.since_ns)
        user.since_ns = now_ns;
    return is_first();
}

bool Limits::Table::is_first() {
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
    // A tick is negligible against the pace of a budget, and reading the exact clock for every
    // refusal would cost too much.
    u64 now_ns = boottime_coarse_ns();
    bool first;
    {
        auto table = table_.lock();
        User &user = find(*table, uid, now_ns);
        if (table->takes(user, records, now_ns))
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

// Users that do not fit into this round come first in the next one.
void Limits::tell() {
    table_.lock()->telling = false;
    u32 told = 0;
    usize looked_at = 0;
    for (; looked_at <= users_max && told < told_at_once; looked_at++) {
        told += tell(next_);
        next_ = (next_ + 1) % (users_max + 1);
    }
    if (looked_at <= users_max && table_.lock()->is_first())
        call_later();
    recorder_.wake_readers();
}

// How many records that makes.
u32 Limits::tell(usize index) {
    u64 left_out[kinds];
    SuppressedRecord record;
    {
        auto table = table_.lock();
        User &user = index < users_max ? table->users[index] : table->others;
        if (!user.since_ns)
            return 0;
        record.body().uid = index < users_max ? user.uid : MODKEEPER_SUPPRESSED_OTHERS;
        record.body().since_boottime_ns = user.since_ns;
        copy_bytes(left_out, user.left_out, sizeof(left_out));
        user.since_ns = 0;
        clear_bytes(user.left_out, sizeof(user.left_out));
    }
    u32 told = 0;
    for (usize kind = 0; kind < kinds; kind++) {
        if (!left_out[kind])
            continue;
        told++;
        record.body().kind = static_cast<u32>(kind);
        record.body().count = left_out[kind];
        recorder_.append(record, Lane::anybody);
    }
    return told;
}

} // namespace mk
