// SPDX-License-Identifier: GPL-2.0-only
// QUERY: one module by a name that may be written with '-' or '_'.
#include "check.hpp"
#include "driver_case.hpp"
#include "suites.hpp"

namespace {

constexpr unsigned long room = 8192;

class QueryFixture {
  public:
    QueryFixture() : user(mk_case_user_memory(room)), memory(mk::Buffer::create(room)) {}

    bool ok() {
        if (!driver.ok() || !file.ok() || !modules.ok() || !user || !memory.ok())
            return false;
        mk_core_seed();
        return true;
    }
    // With room for the answer, which is at entry().
    long ask(mk::Text name) {
        query = {};
        mk::copy_bytes(query.name, name.data(), name.length());
        query.buffer = user;
        query.buffer_size = room;
        return send();
    }
    long ask(const char *name) { return ask(mk::Text::from_c(name)); }
    long send() {
        long result = file.ioctl(MODKEEPER_IOC_QUERY, query);
        if (mk_case_user_read(memory.value().data(), user, room))
            return -efault;
        return result;
    }
    const modkeeper_module &entry() {
        return *reinterpret_cast<const modkeeper_module *>(memory.value().data());
    }

    StartedDriver driver;
    OpenFile file;
    ModulePair modules;
    mk_user user;
    mk::Result<mk::Buffer> memory;
    modkeeper_query query = {};
};

} // namespace

static const char *known_module_is_told() {
    QueryFixture here;
    CHECK(here.ok());
    const char *name = here.modules.base_name();
    CHECK(here.ask(name) == 0);
    CHECK(here.entry().size == here.query.needed);
    CHECK(says(here.entry(), here.entry().name, name));
    CHECK(here.entry().state == MODKEEPER_STATE_LIVE);
    return nullptr;
}

static const char *dash_and_underscore_are_the_same() {
    QueryFixture here;
    CHECK(here.ok());
    char name[MODKEEPER_NAME_SIZE] = {};
    mk::Text real = mk::Text::from_c(here.modules.base_name());
    int dashes = 0;
    for (mk::usize i = 0; i < real.length(); i++) {
        name[i] = real.data()[i] == '_' ? '-' : real.data()[i];
        dashes += name[i] == '-';
    }
    CHECK(dashes > 0);
    CHECK(here.ask(name) == 0);
    CHECK(says(here.entry(), here.entry().name, here.modules.base_name()));
    return nullptr;
}

static const char *parameters_are_listed() {
    QueryFixture here;
    CHECK(here.ok());
    mk::Module base(here.modules.base());
    mk::u32 count = base.facts().parameter_count;
    CHECK(here.ask(here.modules.base_name()) == 0);
    mk::Text all = text_of(here.entry(), here.entry().parameters);
    mk::u32 commas = 0;
    for (mk::usize i = 0; i < all.length(); i++)
        commas += all.data()[i] == ',';
    CHECK(here.entry().parameter_count == count);
    CHECK(count ? commas == count - 1 : all.empty());
    if (count) {
        mk_parameter_facts first = base.parameter(0);
        mk::Text name = mk::Text::from_c(first.name), type = mk::Text::from_c(first.type);
        CHECK(all.first(name.length()) == name);
        CHECK(all.data()[name.length()] == ':');
        CHECK(mk::Text(all.data() + name.length() + 1, type.length()) == type);
        CHECK(all.data()[name.length() + 1 + type.length()] == ':');
        CHECK(all.data()[all.length()] == 0);
    }
    return nullptr;
}

static const char *unknown_module_is_not_found() {
    QueryFixture here;
    CHECK(here.ok());
    CHECK(here.ask("never_seen") == -enoent);
    // Of every length that a name may have.
    char name[MODKEEPER_NAME_SIZE - 1];
    for (mk::usize i = 0; i < sizeof(name); i++) {
        name[i] = 'q';
        CHECK(here.ask(mk::Text(name, i + 1)) == -enoent);
    }
    return nullptr;
}

static const char *names_that_cannot_be_are_refused() {
    QueryFixture here;
    CHECK(here.ok());
    CHECK(here.ask("") == -einval);
    CHECK(here.ask("kernel/drivers") == -einval);
    CHECK(here.ask("/") == -einval);
    char name[MODKEEPER_NAME_SIZE];
    for (char &c : name)
        c = 'n';
    CHECK(here.ask(mk::Text(name, sizeof(name))) == -einval);
    modkeeper_module *entries;
    unsigned long bytes;
    CHECK(mk_core_modules("", false, &entries, &bytes) == -einval);
    CHECK(mk_core_modules("a/b", false, &entries, &bytes) == -einval);
    CHECK(mk_core_modules("never_seen", false, &entries, &bytes) == -enoent);
    return nullptr;
}

static const char *sizes_are_as_in_snapshot() {
    QueryFixture here;
    CHECK(here.ok());
    CHECK(here.ask(here.modules.base_name()) == 0);
    mk::u32 needed = here.query.needed;
    here.query.buffer_size = 0;
    here.query.needed = 0;
    CHECK(here.send() == 0);
    CHECK(here.query.needed == needed);
    here.query.buffer_size = needed - 1;
    here.query.needed = 0;
    CHECK(here.send() == -enospc);
    CHECK(here.query.needed == needed);
    here.query.buffer_size = needed;
    CHECK(here.send() == 0);
    return nullptr;
}

static const char *flags_and_reserved_are_checked() {
    QueryFixture here;
    CHECK(here.ok());
    CHECK(here.ask(here.modules.base_name()) == 0);
    here.query.flags = 1;
    CHECK(here.send() == -einval);
    here.query.flags = 0;
    here.query.reserved = 1;
    CHECK(here.send() == -einval);
    return nullptr;
}

static const char *gone_module_stays_known() {
    QueryFixture here;
    CHECK(here.ok());
    mk_core_module_going(here.modules.user());
    CHECK(here.ask(here.modules.user_name()) == 0);
    CHECK(here.entry().state == MODKEEPER_STATE_GONE);
    CHECK(here.entry().parameters.length == 0);
    mk_core_module_coming(here.modules.user());
    mk_core_module_live(here.modules.user());
    CHECK(here.ask(here.modules.user_name()) == 0);
    CHECK(here.entry().state == MODKEEPER_STATE_LIVE);
    CHECK(here.entry().load_count == 1);
    CHECK(here.entry().gone_boottime_ns > 0);
    CHECK(here.entry().loaded_boottime_ns >= here.entry().gone_boottime_ns);
    CHECK(here.entry().last_kind == MODKEEPER_RECORD_LOAD_LIVE);
    CHECK(!(here.entry().flags & MODKEEPER_MODULE_PRESENT_BEFORE));
    return nullptr;
}

static const mk_case cases[] = {
    {"known_module_is_told", known_module_is_told},
    {"dash_and_underscore_are_the_same", dash_and_underscore_are_the_same},
    {"parameters_are_listed", parameters_are_listed},
    {"unknown_module_is_not_found", unknown_module_is_not_found},
    {"names_that_cannot_be_are_refused", names_that_cannot_be_are_refused},
    {"sizes_are_as_in_snapshot", sizes_are_as_in_snapshot},
    {"flags_and_reserved_are_checked", flags_and_reserved_are_checked},
    {"gone_module_stays_known", gone_module_stays_known},
};
const mk_case_suite mk_query_cases = suite_of("query", cases);
