// SPDX-License-Identifier: GPL-2.0-only
// INFO, STATS, seeking, and what is refused.
#include <linux/ioctl.h>

#include "check.hpp"
#include "driver_case.hpp"
#include "suites.hpp"

static const char *info_says_what_the_driver_is() {
    StartedDriver driver(128);
    OpenFile file;
    CHECK(driver.ok() && file.ok());
    modkeeper_info info = {};
    CHECK(file.ioctl(MODKEEPER_IOC_INFO, info) == 0);
    CHECK(info.size == sizeof(info));
    CHECK(info.abi_major == MODKEEPER_ABI_MAJOR && info.abi_minor == MODKEEPER_ABI_MINOR);
    CHECK(info.features == MODKEEPER_FEATURE_NOTIFIER);
    CHECK(info.ring_bytes == 128 * 1024);
    CHECK(info.record_max == MODKEEPER_RECORD_MAX);
    CHECK(info.gone_max > 0);
    CHECK(mk::Text::from_c(info.version) == mk::Text::from_c("1.2.3"));
    return nullptr;
}

static const char *stats_count_readers_and_records() {
    StartedDriver driver;
    OpenFile file;
    ModulePair modules;
    CHECK(driver.ok() && file.ok() && modules.ok());
    modkeeper_stats stats = {};
    CHECK(file.ioctl(MODKEEPER_IOC_STATS, stats) == 0);
    CHECK(stats.size == sizeof(stats));
    CHECK(stats.readers == 1 && stats.produced == 0 && stats.first_sequence == 1);
    {
        OpenFile second;
        CHECK(second.ok());
        for (int i = 0; i < 500; i++) {
            mk_core_module_coming(modules.base());
            mk_core_module_going(modules.base());
        }
        CHECK(second.ioctl(MODKEEPER_IOC_STATS, stats) == 0);
    }
    CHECK(stats.readers == 2 && stats.produced == 1000 && stats.missed == 0);
    CHECK(stats.overwritten == stats.first_sequence - 1);
    CHECK(stats.overwritten > 0 && stats.bytes > 64 * 1024);
    CHECK(stats.modules_loaded == 0 && stats.modules_gone == 1);
    CHECK(file.ioctl(MODKEEPER_IOC_STATS, stats) == 0);
    CHECK(stats.readers == 1);
    return nullptr;
}

// Programs compiled with an earlier or a later header.
static const char *shorter_and_longer_structures_are_served() {
    StartedDriver driver;
    OpenFile file;
    CHECK(driver.ok() && file.ok());
    struct Longer {
        modkeeper_info info;
        mk::u64 later;
    } longer = {{}, 42};
    CHECK(file.ioctl(_IOR(0xBD, 0x00, Longer), longer) == 0);
    CHECK(longer.info.size == sizeof(modkeeper_info) && longer.later == 42);
    CHECK(longer.info.record_max == MODKEEPER_RECORD_MAX);

    struct Shorter {
        mk::u32 size;
        mk::u16 abi_major, abi_minor;
        mk::u64 behind;
    } shorter = {0, 0, 0, 42};
    CHECK(file.ioctl(_IOC(_IOC_READ, 0xBDU, 0x00U, 8U), shorter) == 0);
    CHECK(shorter.size == 8 && shorter.abi_major == MODKEEPER_ABI_MAJOR && shorter.behind == 42);
    return nullptr;
}

static const char *unknown_requests_are_refused() {
    StartedDriver driver;
    OpenFile file;
    CHECK(driver.ok() && file.ok());
    modkeeper_snapshot any = {};
    const unsigned int unknown[] = {
        0,
        ~0U,
        _IO(0xBD, 0x00),
        _IOW(0xBD, 0x00, modkeeper_info),
        _IOWR(0xBD, 0x01, modkeeper_stats),
        _IOC(_IOC_READ, 0xBDU, 0x01U, 3U),
        _IOR(0xBD, 0x02, modkeeper_snapshot),
        _IOC(_IOC_READ | _IOC_WRITE, 0xBDU, 0x02U, static_cast<unsigned int>(sizeof(any)) + 8U),
        _IOC(_IOC_READ | _IOC_WRITE, 0xBDU, 0x03U, static_cast<unsigned int>(sizeof(any))),
        _IOR(0xBD, 0x04, modkeeper_info),
        _IOR(0xBD, 0x04, modkeeper_filter),
        _IOR(0xBD, 0x06, modkeeper_client),
        _IOR(0xBC, 0x00, modkeeper_info),
    };
    for (unsigned int request : unknown)
        CHECK(file.ioctl(request, any) == -enotty);
    return nullptr;
}

static const char *bad_pointers_fault() {
    StartedDriver driver;
    OpenFile file;
    CHECK(driver.ok() && file.ok());
    mk_user fault = mk_case_user_fault();
    const unsigned int known[] = {MODKEEPER_IOC_INFO,  MODKEEPER_IOC_STATS,  MODKEEPER_IOC_SNAPSHOT,
                                  MODKEEPER_IOC_QUERY, MODKEEPER_IOC_FILTER, MODKEEPER_IOC_HOLDERS,
                                  MODKEEPER_IOC_CLIENT};
    for (unsigned int request : known)
        CHECK(mk_core_ioctl(file.reader(), request, fault) == -efault);
    return nullptr;
}

static const char *seek_knows_three_places() {
    StartedDriver driver;
    OpenFile file;
    ModulePair modules;
    CHECK(driver.ok() && file.ok() && modules.ok());
    mk_core_module_coming(modules.base());
    constexpr int set = 0, current = 1, end = 2, data = 3;
    CHECK(mk_core_seek(file.reader(), 0, end) == 0);
    CHECK(file.read() == -eagain && !mk_core_readable(file.reader()));
    CHECK(mk_core_seek(file.reader(), 0, set) == 0);
    CHECK(mk_core_readable(file.reader()));
    const long long offsets[] = {1, -1, 4096};
    for (long long offset : offsets) {
        CHECK(mk_core_seek(file.reader(), offset, set) == -einval);
        CHECK(mk_core_seek(file.reader(), offset, end) == -einval);
        CHECK(mk_core_seek(file.reader(), offset, data) == -einval);
    }
    CHECK(mk_core_seek(file.reader(), 0, current) == -einval);
    CHECK(mk_core_seek(file.reader(), 0, -1) == -einval);
    CHECK(file.read() > 0);
    return nullptr;
}

static const char *the_mapping_begins_with_where_things_are() {
    StartedDriver driver;
    OpenFile file;
    ModulePair modules;
    CHECK(driver.ok() && file.ok() && modules.ok());
    void *memory;
    unsigned long bytes = mk_core_mapping(0, &memory);
    const auto &ring = *static_cast<const modkeeper_ring *>(memory);
    CHECK(ring.size == sizeof(ring) && ring.version == MODKEEPER_RING_VERSION);
    CHECK(ring.ring_bytes == 64 * 1024 && bytes == ring.data_offset + 2 * ring.ring_bytes);
    CHECK(ring.head == 0 && ring.tail == 0);
    mk_core_module_coming(modules.base());
    CHECK(ring.head == static_cast<unsigned long>(file.read()) && ring.tail == 0);
    const auto *data = static_cast<const char *>(memory) + ring.data_offset;
    CHECK(mk::same_bytes(data, &file.record(), ring.head));
    CHECK(mk::same_bytes(data + ring.ring_bytes, &file.record(), ring.head));
    for (int i = 0; i < 1000; i++) {
        mk_core_module_live(modules.base());
        mk_core_module_going(modules.base());
    }
    CHECK(ring.tail > 0 && ring.head - ring.tail <= ring.ring_bytes);
    CHECK(ring.next_sequence == 2002);
    return nullptr;
}

// What anybody can cause lies in the other ring; the numbers are of both.
static const char *the_other_ring_is_mapped_behind_it() {
    StartedDriver driver;
    OpenFile file;
    CHECK(driver.ok() && file.ok());
    void *memory;
    CHECK(mk_core_mapping(0, &memory) > 0);
    const auto &first = *static_cast<const modkeeper_ring *>(memory);
    CHECK(mk_core_mapping(first.data_offset, &memory) == 0);
    unsigned long bytes = mk_core_mapping(first.other_offset, &memory);
    const auto &ring = *static_cast<const modkeeper_ring *>(memory);
    CHECK(ring.size == sizeof(ring) && ring.version == MODKEEPER_RING_VERSION);
    CHECK(ring.ring_bytes == first.other_ring_bytes && ring.other_offset == 0);
    CHECK(bytes == ring.data_offset + 2 * ring.ring_bytes);
    mk_core_request_made("net-pf-10", true, 0);
    CHECK(first.head == 0 && first.next_sequence == 2);
    CHECK(ring.head == static_cast<unsigned long>(file.read()));
    CHECK(file.record().flags == MODKEEPER_RECORD_ANYBODY);
    const auto *data = static_cast<const char *>(memory) + ring.data_offset;
    CHECK(mk::same_bytes(data, &file.record(), ring.head));
    return nullptr;
}

static const mk_case cases[] = {
    {"the_mapping_begins_with_where_things_are", the_mapping_begins_with_where_things_are},
    {"the_other_ring_is_mapped_behind_it", the_other_ring_is_mapped_behind_it},
    {"info_says_what_the_driver_is", info_says_what_the_driver_is},
    {"stats_count_readers_and_records", stats_count_readers_and_records},
    {"shorter_and_longer_structures_are_served", shorter_and_longer_structures_are_served},
    {"unknown_requests_are_refused", unknown_requests_are_refused},
    {"bad_pointers_fault", bad_pointers_fault},
    {"seek_knows_three_places", seek_knows_three_places},
};
const mk_case_suite mk_command_cases = suite_of("command", cases);
