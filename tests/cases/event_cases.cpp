// SPDX-License-Identifier: GPL-2.0-only
// What the notifications of real modules become: records, and their places in the list.
#include "check.hpp"
#include "driver_case.hpp"
#include "suites.hpp"

namespace {

// The state of a module as QUERY tells it, or -errno.
long state_of(const char *name) {
    modkeeper_module *entry;
    unsigned long bytes;
    long count = mk_core_modules(name, true, &entry, &bytes);
    if (count < 0)
        return count;
    long state = count == 1 && entry->size == bytes ? entry->state : -efault;
    mk_core_modules_free(entry);
    return state;
}

modkeeper_stats stats_now() {
    modkeeper_stats stats;
    mk_core_stats(&stats);
    return stats;
}

} // namespace

static const char *seed_tells_of_every_module_once() {
    StartedDriver driver;
    OpenFile file;
    ModulePair modules;
    CHECK(driver.ok() && file.ok() && modules.ok());
    mk_core_seed();
    modkeeper_stats stats = stats_now();
    CHECK(stats.produced == modules.count());
    CHECK(stats.modules_loaded == modules.count());
    CHECK(stats.missed == 0);
    mk::u64 sequence = 0;
    for (long bytes; (bytes = file.read()) > 0;) {
        for (long at = 0; at < bytes; at += file.record(at).size) {
            CHECK(file.record(at).sequence == ++sequence);
            CHECK(file.record(at).kind == MODKEEPER_RECORD_PRESENT);
            CHECK(file.module(at).load_sequence == sequence);
        }
    }
    CHECK(sequence == modules.count());
    return nullptr;
}

static const char *load_and_unload_are_told() {
    StartedDriver driver;
    OpenFile file;
    ModulePair modules;
    CHECK(driver.ok() && file.ok() && modules.ok());
    const char *name = modules.base_name();

    mk_core_module_coming(modules.base());
    CHECK(file.read() > 0);
    CHECK(file.record().kind == MODKEEPER_RECORD_LOAD_BEGIN);
    CHECK(file.record().sequence == 1 && file.module().load_sequence == 1);
    CHECK(says(file.record(), file.module().module, name));
    mk::u64 began = file.record().boottime_ns;

    mk_core_module_live(modules.base());
    CHECK(file.read() > 0);
    CHECK(file.record().kind == MODKEEPER_RECORD_LOAD_LIVE);
    CHECK(file.module().load_sequence == 1);
    CHECK(file.module().duration_ns == file.record().boottime_ns - began);
    CHECK(state_of(name) == MODKEEPER_STATE_LIVE);

    mk_core_module_going(modules.base());
    CHECK(file.read() > 0);
    CHECK(file.record().kind == MODKEEPER_RECORD_UNLOAD);
    CHECK(file.record().sequence == 3 && file.module().load_sequence == 1);
    CHECK(file.module().duration_ns == 0);
    CHECK(state_of(name) == MODKEEPER_STATE_GONE);
    CHECK(stats_now().modules_loaded == 0 && stats_now().modules_gone == 1);
    return nullptr;
}

static const char *init_that_fails_is_told_apart() {
    StartedDriver driver;
    OpenFile file;
    ModulePair modules;
    CHECK(driver.ok() && file.ok() && modules.ok());
    mk_core_module_coming(modules.base());
    mk_core_module_going(modules.base());
    CHECK(file.read(1) == -einval);
    long bytes = file.read();
    CHECK(bytes > 0);
    unsigned long second = file.record().size;
    CHECK(file.record(second).kind == MODKEEPER_RECORD_LOAD_FAILED);
    CHECK(file.module(second).stage == MODKEEPER_STAGE_UNKNOWN);
    CHECK(file.module(second).load_sequence == 1);
    CHECK(file.module(second).error == 0);
    CHECK(static_cast<unsigned long>(bytes) == second + file.record(second).size);
    CHECK(state_of(modules.base_name()) == MODKEEPER_STATE_GONE);
    return nullptr;
}

static const char *live_without_a_begin_is_taken_in() {
    StartedDriver driver;
    OpenFile file;
    ModulePair modules;
    CHECK(driver.ok() && file.ok() && modules.ok());
    mk_core_module_live(modules.base());
    CHECK(file.read() > 0);
    CHECK(file.record().kind == MODKEEPER_RECORD_LOAD_LIVE);
    CHECK(file.module().duration_ns == 0 && file.module().load_sequence == 0);
    CHECK(state_of(modules.base_name()) == MODKEEPER_STATE_LIVE);
    return nullptr;
}

static const char *unload_of_a_stranger_is_taken_in() {
    StartedDriver driver;
    OpenFile file;
    ModulePair modules;
    CHECK(driver.ok() && file.ok() && modules.ok());
    mk_core_module_going(modules.base());
    CHECK(file.read() > 0);
    CHECK(file.record().kind == MODKEEPER_RECORD_UNLOAD ||
          file.record().kind == MODKEEPER_RECORD_LOAD_FAILED);
    CHECK(state_of(modules.base_name()) == MODKEEPER_STATE_GONE);
    return nullptr;
}

static const char *second_load_of_a_name_replaces_the_first() {
    StartedDriver driver;
    OpenFile file;
    ModulePair modules;
    CHECK(driver.ok() && file.ok() && modules.ok());
    mk_core_module_coming(modules.base());
    mk_core_module_live(modules.base());
    mk_core_module_coming(modules.base());
    CHECK(stats_now().modules_loaded == 1 && stats_now().modules_gone == 0);
    mk_core_module_live(modules.base());
    CHECK(state_of(modules.base_name()) == MODKEEPER_STATE_LIVE);
    CHECK(stats_now().produced == 4 && stats_now().missed == 0);
    return nullptr;
}

static const char *seed_does_not_repeat_what_was_told() {
    StartedDriver driver;
    OpenFile file;
    ModulePair modules;
    CHECK(driver.ok() && file.ok() && modules.ok());
    mk_core_module_coming(modules.user());
    mk_core_module_live(modules.user());
    mk_core_seed();
    CHECK(stats_now().produced == modules.count() - 1 + 2);
    CHECK(stats_now().modules_loaded == modules.count());
    return nullptr;
}

static const mk_case cases[] = {
    {"seed_tells_of_every_module_once", seed_tells_of_every_module_once},
    {"load_and_unload_are_told", load_and_unload_are_told},
    {"init_that_fails_is_told_apart", init_that_fails_is_told_apart},
    {"live_without_a_begin_is_taken_in", live_without_a_begin_is_taken_in},
    {"unload_of_a_stranger_is_taken_in", unload_of_a_stranger_is_taken_in},
    {"second_load_of_a_name_replaces_the_first", second_load_of_a_name_replaces_the_first},
    {"seed_does_not_repeat_what_was_told", seed_does_not_repeat_what_was_told},
};
const mk_case_suite mk_event_cases = suite_of("event", cases);
