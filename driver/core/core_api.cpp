// SPDX-License-Identifier: GPL-2.0-only
// The C face of the core (see core.h) and the one driver behind it.
#include "kapi/core.h"

#include "core/driver.hpp"
#include "core/ioctl.hpp"
#include "core/mark.hpp"
#include "core/module_record.hpp"
#include "core/reader.hpp"
#include "kernel/slab.hpp"

struct mk_reader {
    explicit mk_reader(mk::Recorder &recorder) : reader(recorder) {}

    mk::Reader reader;
};

namespace {

// Owned here between mk_core_init() and mk_core_exit().
constinit mk::Driver *driver = nullptr;

constexpr int seek_set = 0;  // SEEK_SET
constexpr int seek_end = 2;  // SEEK_END
constexpr int seek_data = 3; // SEEK_DATA

} // namespace

extern "C" {

int mk_core_init(const mk_config *config) {
    mk::Result<mk::Owned<mk::Driver>> created = mk::Driver::create(*config);
    if (created.ok())
        driver = created.take().release();
    return mk::to_c(created.error());
}

void mk_core_take_policy(void) {
    driver->policy().take_file();
}

void mk_core_seed(void) {
    driver->events().seed();
}

void mk_core_exit(void) {
    mk::Owned<mk::Driver> ended(driver);
    driver = nullptr;
}

int mk_core_module_coming(const mk_module *module) {
    return mk::to_c(driver->events().coming(mk::Module(module)).error());
}

void mk_core_module_live(const mk_module *module) {
    driver->events().live(mk::Module(module));
}

void mk_core_module_going(const mk_module *module) {
    driver->events().going(mk::Module(module));
}

void mk_core_add_features(__u64 features) {
    driver->add_features(features);
}

void mk_core_switch_feature(__u64 feature, bool on) {
    driver->switch_feature(feature, on);
}

unsigned int mk_core_calls_max(void) {
    return static_cast<unsigned int>(driver->calls().places());
}

bool mk_core_call_began(mk_call_kind kind, unsigned int flags, mk_user text) {
    return driver->call_events().began(kind, flags, mk::UserText(text));
}

void mk_core_call_step(mk_step step) {
    driver->call_events().step(step);
}

void mk_core_call_file(const mk_file *file) {
    driver->call_events().opens(file);
}

void mk_core_call_read(const void *bytes, long result) {
    driver->call_events().read(bytes, result);
}

void mk_core_call_signature(long result) {
    driver->call_events().judged(result);
}

void mk_core_printed(const char *text, unsigned long bytes) {
    driver->call_events().printed(mk::Text(text, bytes));
}

mk_task_work *mk_core_call_returned(long result) {
    mk::Call *call = driver->call_events().returned(result);
    return call ? &call->work : nullptr;
}

void mk_core_call_finish(mk_task_work *work) {
    driver->call_events().finish(*mk::Call::of(work));
}

void mk_core_call_dropped(mk_task_work *work) {
    driver->call_events().drop(*mk::Call::of(work));
}

void mk_core_request_made(const char *alias, bool waits, unsigned long caller) {
    driver->request_events().made(mk::Text::from_c(alias), waits, caller);
}

int mk_core_request_comes(const char *alias) {
    bool allowed = driver->policy_gate().allows_request(mk::Text::from_c(alias));
    return allowed ? 0 : mk::to_c(mk::Errno::eacces);
}

void mk_core_request_returned(void) {
    driver->request_events().returned();
}

void mk_core_process_ends(unsigned int status, unsigned int signal, bool filters_calls) {
    driver->tool_events().ends({status, signal, filters_calls});
}

void mk_core_parameter_written(const mk_parameter_write *write, long result) {
    driver->parameter_events().written(*write, result);
}

void mk_core_reference(const mk_module *module, unsigned long caller, bool got) {
    driver->reference_events().changed(mk::Module(module), caller, got);
}

void mk_core_later(void) {
    driver->limits().tell();
    driver->policy().tick();
}

int mk_core_open(mk_reader **reader) {
    mk::Result<mk::Owned<mk_reader>> made = mk::make_charged<mk_reader>(driver->recorder());
    if (!made.ok())
        return mk::to_c(made.error());
    driver->readers().add_relaxed(1);
    *reader = made.take().release();
    return 0;
}

void mk_core_release(mk_reader *reader) {
    driver->readers().add_relaxed(-1U);
    mk::Owned<mk_reader> closed(reader);
}

long mk_core_read(mk_reader *reader, mk_user to, unsigned long size, bool nonblocking) {
    mk::Result<mk::usize> bytes = reader->reader.read(mk::UserBytesOut(to), size, nonblocking);
    return bytes.ok() ? static_cast<long>(bytes.value()) : mk::to_c(bytes.error());
}

long mk_core_write(mk_reader *, mk_user from, unsigned long size) {
    mk::Result<> written = mk::append_mark(driver->recorder(), mk::UserBytesIn(from), size);
    return written.ok() ? static_cast<long>(size) : mk::to_c(written.error());
}

bool mk_core_readable(mk_reader *reader) {
    return reader->reader.readable();
}

mk_wait *mk_core_readers_wait(void) {
    return driver->recorder().wait().raw();
}

long long mk_core_seek(mk_reader *reader, long long offset, int whence) {
    if (offset != 0)
        return mk::to_c(mk::Errno::einval);
    switch (whence) {
    case seek_set:
        reader->reader.seek_oldest();
        return 0;
    case seek_end:
        reader->reader.seek_newest();
        return 0;
    case seek_data:
        reader->reader.seek_mark();
        return 0;
    default:
        return mk::to_c(mk::Errno::einval);
    }
}

unsigned long mk_core_mapping(__u64 offset, void **memory) {
    return driver->recorder().mapping(offset, *memory);
}

long mk_core_ioctl(mk_reader *reader, unsigned int request, mk_user argument) {
    return mk::to_c(
        mk::run_command(*driver, reader->reader, request, mk::UserArgument(argument)).error());
}

void mk_core_info(modkeeper_info *info) {
    *info = driver->info();
}

void mk_core_stats(modkeeper_stats *stats) {
    *stats = driver->stats();
}

long mk_core_modules(const char *name, bool parameters, modkeeper_module **entries,
                     unsigned long *bytes) {
    mk::Result<mk::ModuleName> checked = mk::ModuleName::create(mk::Text::from_c(name));
    if (!checked.ok())
        return mk::to_c(checked.error());
    mk::Selection selection;
    selection.parameters = parameters;
    selection.name = &checked.value();
    mk::Buffer memory;
    mk::Result<mk::Answer> taken = driver->snapshots().take(selection, ~0U, memory);
    if (!taken.ok())
        return mk::to_c(taken.error());
    *entries = reinterpret_cast<modkeeper_module *>(memory.release());
    *bytes = taken.value().bytes;
    return taken.value().count;
}

__u64 mk_core_module_bytes(const modkeeper_module *entry) {
    return mk::core_bytes(entry->memory);
}

int mk_core_walk_one(mk_module_walk *walk, const char *name) {
    mk::Result<mk::ModuleName> checked = mk::ModuleName::create(mk::Text::from_c(name));
    if (!checked.ok())
        return mk::to_c(checked.error());
    return mk::to_c(driver->snapshots().walk_one(*walk, checked.value()).error());
}

unsigned long mk_core_longest_module(void) {
    return driver->snapshots().longest();
}

int mk_core_walk(mk_module_walk *walk, bool (*put)(void *, const modkeeper_module *),
                 void *argument) {
    mk::Result<bool> all = driver->snapshots().walk(
        *walk, [&](const modkeeper_module &entry) { return put(argument, &entry); });
    return all.ok() ? !all.value() : mk::to_c(all.error());
}

void mk_core_modules_free(modkeeper_module *entries) {
    mk_memory_free(entries);
}

unsigned int mk_core_subscriber_pause(void) {
    return driver->subscriber_reader().pause_ms();
}

unsigned long mk_core_subscriber_take(void *to, unsigned long size) {
    return driver->subscriber_reader().take(static_cast<mk::u8 *>(to), size);
}

} // extern "C"
