// SPDX-License-Identifier: GPL-2.0-only
// SNAPSHOT: all modules of one instant, sized first, complete or not at all.
#include "check.hpp"
#include "driver_case.hpp"
#include "suites.hpp"

namespace {

constexpr unsigned long room = 65536;

// A driver that knows all loaded modules, and memory of the caller for their entries.
class SnapshotFixture {
  public:
    SnapshotFixture() : user(mk_case_user_memory(room)), memory(mk::Buffer::create(room)) {}

    bool ok() {
        if (!driver.ok() || !file.ok() || !modules.ok() || !user || !memory.ok())
            return false;
        mk_core_seed();
        return true;
    }
    // What was copied is at entry().
    long take(modkeeper_snapshot &snapshot) {
        long result = file.ioctl(MODKEEPER_IOC_SNAPSHOT, snapshot);
        if (mk_case_user_read(memory.value().data(), user, room))
            return -efault;
        return result;
    }
    const modkeeper_module &entry(unsigned long offset) {
        return *reinterpret_cast<const modkeeper_module *>(memory.value().data() + offset);
    }
    // NULL: no entry with that name.
    const modkeeper_module *find(const modkeeper_snapshot &snapshot, const char *name) {
        for (unsigned long at = 0; at < snapshot.needed; at += entry(at).size) {
            if (says(entry(at), entry(at).name, name))
                return &entry(at);
        }
        return nullptr;
    }

    StartedDriver driver;
    OpenFile file;
    ModulePair modules;
    mk_user user;
    mk::Result<mk::Buffer> memory;
};

} // namespace

static const char *size_query_copies_nothing() {
    SnapshotFixture here;
    CHECK(here.ok());
    modkeeper_snapshot snapshot = {};
    CHECK(here.take(snapshot) == 0);
    CHECK(snapshot.count == here.modules.count());
    CHECK(snapshot.needed >= snapshot.count * sizeof(modkeeper_module));
    CHECK(snapshot.generation > 0);
    CHECK(here.entry(0).size == 0);
    return nullptr;
}

static const char *entries_fill_exactly_what_is_needed() {
    SnapshotFixture here;
    CHECK(here.ok());
    modkeeper_snapshot snapshot = {};
    CHECK(here.take(snapshot) == 0);
    mk::u32 needed = snapshot.needed;
    snapshot.buffer = here.user;
    snapshot.buffer_size = needed;
    CHECK(here.take(snapshot) == 0);
    CHECK(snapshot.needed == needed);
    mk::u32 count = 0;
    unsigned long at = 0;
    for (; at < needed; at += here.entry(at).size) {
        CHECK(here.entry(at).size >= sizeof(modkeeper_module) && here.entry(at).size % 8 == 0);
        CHECK(here.entry(at).fixed_size == sizeof(modkeeper_module));
        CHECK(here.entry(at).state == MODKEEPER_STATE_LIVE);
        CHECK(here.entry(at).flags & MODKEEPER_MODULE_PRESENT_BEFORE);
        CHECK(here.entry(at).last_kind == MODKEEPER_RECORD_PRESENT);
        CHECK(here.entry(at).load_sequence == count + 1);
        CHECK(here.entry(at).parameters.offset == 0);
        count++;
    }
    CHECK(at == needed);
    CHECK(count == snapshot.count);
    CHECK(here.entry(at).size == 0);
    return nullptr;
}

static const char *too_small_a_buffer_is_left_alone() {
    SnapshotFixture here;
    CHECK(here.ok());
    modkeeper_snapshot snapshot = {};
    CHECK(here.take(snapshot) == 0);
    mk::u32 needed = snapshot.needed;
    snapshot.buffer = here.user;
    snapshot.buffer_size = needed - 1;
    snapshot.needed = 0;
    CHECK(here.take(snapshot) == -enospc);
    CHECK(snapshot.needed == needed);
    CHECK(here.entry(0).size == 0);
    return nullptr;
}

static const char *users_and_what_they_use_match() {
    SnapshotFixture here;
    CHECK(here.ok());
    modkeeper_snapshot snapshot = {};
    snapshot.buffer = here.user;
    snapshot.buffer_size = room;
    CHECK(here.take(snapshot) == 0);
    const modkeeper_module *base = here.find(snapshot, here.modules.base_name());
    const modkeeper_module *user = here.find(snapshot, here.modules.user_name());
    CHECK(base && user && base < user);
    CHECK(says(*user, user->uses, here.modules.base_name()));
    CHECK(says(*base, base->used_by, here.modules.user_name()));
    CHECK(user->used_by.length == 0);
    mk::ModuleFacts facts = mk::Module(here.modules.base()).facts();
    CHECK(mk::same_bytes(base->memory, facts.memory, sizeof(base->memory)));
    CHECK(base->taints == facts.taints);
    CHECK(base->references == mk::Module(here.modules.base()).references());
    CHECK(base->parameter_count == facts.parameter_count);
    return nullptr;
}

static const char *edges_end_with_the_user() {
    SnapshotFixture here;
    CHECK(here.ok());
    mk_core_module_going(here.modules.user());
    modkeeper_snapshot snapshot = {};
    snapshot.buffer = here.user;
    snapshot.buffer_size = room;
    CHECK(here.take(snapshot) == 0);
    CHECK(snapshot.count == here.modules.count() - 1);
    CHECK(!here.find(snapshot, here.modules.user_name()));
    const modkeeper_module *base = here.find(snapshot, here.modules.base_name());
    CHECK(base && base->used_by.offset == 0 && base->used_by.length == 0);

    snapshot.flags = MODKEEPER_SNAPSHOT_GONE;
    CHECK(here.take(snapshot) == 0);
    CHECK(snapshot.count == here.modules.count());
    const modkeeper_module *user = here.find(snapshot, here.modules.user_name());
    CHECK(user && user->state == MODKEEPER_STATE_GONE);
    CHECK(user->uses.length == 0 && user->memory[0] == 0);
    CHECK(user->gone_boottime_ns > 0);
    CHECK(user->last_kind == MODKEEPER_RECORD_UNLOAD);
    return nullptr;
}

static const char *flags_and_reserved_are_checked() {
    SnapshotFixture here;
    CHECK(here.ok());
    modkeeper_snapshot snapshot = {};
    snapshot.flags = MODKEEPER_SNAPSHOT_GONE << 1;
    CHECK(here.take(snapshot) == -einval);
    snapshot.flags = 0;
    snapshot.reserved = 1;
    CHECK(here.take(snapshot) == -einval);
    return nullptr;
}

static const char *bad_buffers_fault() {
    SnapshotFixture here;
    CHECK(here.ok());
    modkeeper_snapshot snapshot = {};
    snapshot.buffer = mk_case_user_fault();
    snapshot.buffer_size = room;
    CHECK(here.take(snapshot) == -efault);
    CHECK(mk_core_ioctl(here.file.reader(), MODKEEPER_IOC_SNAPSHOT, mk_case_user_fault()) ==
          -efault);
    return nullptr;
}

static const char *generation_grows_with_every_change() {
    SnapshotFixture here;
    CHECK(here.ok());
    modkeeper_snapshot first = {}, second = {}, third = {};
    CHECK(here.take(first) == 0);
    CHECK(here.take(second) == 0);
    CHECK(first.generation == second.generation);
    mk_core_module_going(here.modules.user());
    CHECK(here.take(third) == 0);
    CHECK(third.generation > second.generation);
    return nullptr;
}

static const mk_case cases[] = {
    {"size_query_copies_nothing", size_query_copies_nothing},
    {"entries_fill_exactly_what_is_needed", entries_fill_exactly_what_is_needed},
    {"too_small_a_buffer_is_left_alone", too_small_a_buffer_is_left_alone},
    {"users_and_what_they_use_match", users_and_what_they_use_match},
    {"edges_end_with_the_user", edges_end_with_the_user},
    {"flags_and_reserved_are_checked", flags_and_reserved_are_checked},
    {"bad_buffers_fault", bad_buffers_fault},
    {"generation_grows_with_every_change", generation_grows_with_every_change},
};
const mk_case_suite mk_snapshot_cases = suite_of("snapshot", cases);
