// SPDX-License-Identifier: GPL-2.0-only
// What an open file with a filter is given, and what it is not even told of.
#include "check.hpp"
#include "core/record.hpp"
#include "driver_case.hpp"
#include "lib/bytes.hpp"
#include "suites.hpp"

using mk::u64;

namespace {

constexpr u64 bit(modkeeper_record_kind kind) {
    return 1ULL << kind;
}

modkeeper_filter filter_of(u64 kinds, const char *name) {
    modkeeper_filter filter = {};
    filter.kinds = kinds;
    mk::Text text = mk::Text::from_c(name);
    mk::copy_bytes(filter.name, text.data(), text.length());
    return filter;
}

long set_filter(OpenFile &file, u64 kinds, const char *name) {
    modkeeper_filter filter = filter_of(kinds, name);
    return file.ioctl(MODKEEPER_IOC_FILTER, filter);
}

void come_and_go(const mk_module *module) {
    mk_core_module_coming(module);
    mk_core_module_going(module);
}

// How many records @bytes hold, all of them @kind about @name (each NULL or 0: any).
long count(OpenFile &file, long bytes, int kind, const char *name) {
    long records = 0;
    for (long at = 0; at < bytes; at += file.record(static_cast<unsigned long>(at)).size) {
        auto offset = static_cast<unsigned long>(at);
        if (kind && file.record(offset).kind != kind)
            return -1;
        if (name && !(mk::Text(reinterpret_cast<const char *>(&file.record(offset)) +
                                   file.module(offset).module.offset,
                               file.module(offset).module.length) == mk::Text::from_c(name)))
            return -1;
        records++;
    }
    return records;
}

} // namespace

static const char *kinds_are_held_back() {
    StartedDriver driver;
    OpenFile file;
    ModulePair modules;
    CHECK(driver.ok() && file.ok() && modules.ok());
    CHECK(set_filter(file, bit(MODKEEPER_RECORD_LOAD_FAILED), "") == 0);
    for (int i = 0; i < 3; i++)
        come_and_go(modules.base());
    long bytes = file.read();
    CHECK(count(file, bytes, MODKEEPER_RECORD_LOAD_FAILED, nullptr) == 3);
    // Numbers are those of all records.
    CHECK(file.record().sequence == 2 && file.record(file.record().size).sequence == 4);
    CHECK(file.read() == -eagain);
    return nullptr;
}

static const char *names_are_held_back() {
    StartedDriver driver;
    OpenFile file;
    ModulePair modules;
    CHECK(driver.ok() && file.ok() && modules.ok());
    CHECK(set_filter(file, 0, modules.user_name()) == 0);
    come_and_go(modules.base());
    come_and_go(modules.user());
    come_and_go(modules.base());
    come_and_go(modules.user());
    CHECK(count(file, file.read(), 0, modules.user_name()) == 4);
    CHECK(set_filter(file, bit(MODKEEPER_RECORD_LOAD_BEGIN), "*") == 0);
    CHECK(mk_core_seek(file.reader(), 0, 0) == 0);
    CHECK(count(file, file.read(), MODKEEPER_RECORD_LOAD_BEGIN, nullptr) == 4);
    CHECK(set_filter(file, 0, "*[!a-z_0-9]") == 0);
    CHECK(mk_core_seek(file.reader(), 0, 0) == 0);
    CHECK(file.read() == -eagain);
    return nullptr;
}

static const char *nothing_is_readable_that_is_held_back() {
    StartedDriver driver;
    OpenFile file;
    ModulePair modules;
    CHECK(driver.ok() && file.ok() && modules.ok());
    CHECK(set_filter(file, 0, modules.user_name()) == 0);
    come_and_go(modules.base());
    CHECK(!mk_core_readable(file.reader()));
    CHECK(file.read() == -eagain);
    mk_core_module_coming(modules.user());
    CHECK(mk_core_readable(file.reader()));
    CHECK(count(file, file.read(), MODKEEPER_RECORD_LOAD_BEGIN, modules.user_name()) == 1);
    CHECK(!mk_core_readable(file.reader()));
    return nullptr;
}

// A reader that looks now and then is behind nothing that it does not want.
static const char *what_is_held_back_is_not_lost() {
    StartedDriver driver;
    OpenFile polls, reads, sleeps;
    ModulePair modules;
    CHECK(driver.ok() && polls.ok() && reads.ok() && sleeps.ok() && modules.ok());
    CHECK(set_filter(polls, 0, modules.user_name()) == 0);
    CHECK(set_filter(reads, 0, modules.user_name()) == 0);
    CHECK(set_filter(sleeps, 0, modules.user_name()) == 0);
    for (int i = 0; i < 1000; i++) {
        come_and_go(modules.base());
        CHECK(!mk_core_readable(polls.reader()));
        CHECK(reads.read() == -eagain);
    }
    come_and_go(modules.user());
    CHECK(count(polls, polls.read(), 0, modules.user_name()) == 2);
    CHECK(count(reads, reads.read(), 0, modules.user_name()) == 2);
    // One that did not look is told, and of all that it missed.
    modkeeper_stats stats = {};
    CHECK(polls.ioctl(MODKEEPER_IOC_STATS, stats) == 0);
    CHECK(mk_core_readable(sleeps.reader()));
    CHECK(sleeps.read() > 0 && sleeps.record().kind == MODKEEPER_RECORD_LOST);
    auto &lost = reinterpret_cast<const mk::LostRecord &>(sleeps.record());
    CHECK(lost.body.count == stats.first_sequence - 1);
    auto &next = sleeps.record(sizeof(lost));
    CHECK(says(next, sleeps.module(sizeof(lost)).module, modules.user_name()));
    return nullptr;
}

static const char *runs_fill_one_buffer() {
    StartedDriver driver;
    OpenFile file;
    ModulePair modules;
    CHECK(driver.ok() && file.ok() && modules.ok());
    for (int i = 0; i < 8; i++) {
        come_and_go(modules.user());
        come_and_go(modules.base());
    }
    CHECK(set_filter(file, 0, modules.user_name()) == 0);
    long all = file.read();
    CHECK(count(file, all, 0, modules.user_name()) == 16);
    // A byte less, and the last one waits for the next read.
    auto room = static_cast<unsigned long>(all);
    CHECK(mk_core_seek(file.reader(), 0, 0) == 0);
    CHECK(count(file, file.read(room - 1), 0, modules.user_name()) == 15);
    CHECK(count(file, file.read(), 0, modules.user_name()) == 1);
    // One that is too large for the buffer is not skipped.
    CHECK(mk_core_seek(file.reader(), 0, 0) == 0);
    CHECK(file.read(sizeof(modkeeper_record)) == -einval);
    CHECK(count(file, file.read(), 0, modules.user_name()) == 16);
    return nullptr;
}

static const char *a_fault_keeps_the_place() {
    StartedDriver driver;
    OpenFile file;
    ModulePair modules;
    CHECK(driver.ok() && file.ok() && modules.ok());
    CHECK(set_filter(file, 0, modules.user_name()) == 0);
    for (int i = 0; i < 3; i++) {
        come_and_go(modules.base());
        come_and_go(modules.user());
    }
    CHECK(mk_core_read(file.reader(), mk_case_user_fault(), 4096, true) == -efault);
    // The second run is the one that faults.
    long all = file.read();
    CHECK(count(file, all, 0, modules.user_name()) == 6);
    CHECK(mk_core_seek(file.reader(), 0, 0) == 0);
    mk_user end = file.user() + OpenFile::room;
    CHECK(mk_core_read(file.reader(), end - static_cast<unsigned long>(all) + 8, 65536, true) ==
          -efault);
    CHECK(count(file, file.read(), 0, modules.user_name()) == 6);
    return nullptr;
}

static const char *other_files_are_not_filtered() {
    StartedDriver driver;
    OpenFile one, other;
    ModulePair modules;
    CHECK(driver.ok() && one.ok() && other.ok() && modules.ok());
    CHECK(set_filter(one, bit(MODKEEPER_RECORD_UNLOAD), "") == 0);
    come_and_go(modules.base());
    CHECK(one.read() == -eagain);
    CHECK(count(other, other.read(), 0, nullptr) == 2);
    // Everything again.
    CHECK(set_filter(one, 0, "") == 0);
    come_and_go(modules.base());
    CHECK(count(one, one.read(), 0, nullptr) == 2);
    return nullptr;
}

static const char *filters_that_make_no_sense_are_refused() {
    StartedDriver driver;
    OpenFile file;
    CHECK(driver.ok() && file.ok());
    CHECK(set_filter(file, bit(MODKEEPER_RECORD_LOST), "") == 0);
    CHECK(set_filter(file, 1, "") == -einval);
    CHECK(set_filter(file, 1ULL << (mk::last_record_kind + 1), "") == -einval);
    CHECK(set_filter(file, 1ULL << 63, "") == -einval);
    CHECK(set_filter(file, 0, "snd[") == -einval);
    modkeeper_filter filter = filter_of(0, "x");
    filter.reserved = 1;
    CHECK(file.ioctl(MODKEEPER_IOC_FILTER, filter) == -einval);
    filter = filter_of(0, "");
    __builtin_memset(filter.name, 'x', sizeof(filter.name));
    CHECK(file.ioctl(MODKEEPER_IOC_FILTER, filter) == -einval);
    filter.name[sizeof(filter.name) - 1] = 0;
    CHECK(file.ioctl(MODKEEPER_IOC_FILTER, filter) == 0);
    return nullptr;
}

static const mk_case cases[] = {
    {"kinds_are_held_back", kinds_are_held_back},
    {"names_are_held_back", names_are_held_back},
    {"nothing_is_readable_that_is_held_back", nothing_is_readable_that_is_held_back},
    {"what_is_held_back_is_not_lost", what_is_held_back_is_not_lost},
    {"runs_fill_one_buffer", runs_fill_one_buffer},
    {"a_fault_keeps_the_place", a_fault_keeps_the_place},
    {"other_files_are_not_filtered", other_files_are_not_filtered},
    {"filters_that_make_no_sense_are_refused", filters_that_make_no_sense_are_refused},
};
const mk_case_suite mk_filter_cases = suite_of("filter", cases);
