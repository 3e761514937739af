// SPDX-License-Identifier: GPL-2.0-only
/* The ioctls of /dev/modkeeper: what they tell, and what they refuse. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/modkeeper.h>

#include "check.h"
#include "module.h"
#include "records.h"
#include "suites.h"

static int fd = -1;
static _Alignas(8) char entries[64 * 1024];

static const char *start(void)
{
	CHECK_STEP(driver_start());
	fd = records_open();
	CHECK(fd >= 0);
	return NULL;
}

static const char *end(void)
{
	close(fd);
	return driver_end();
}

static const char *text_of(const struct modkeeper_module *entry, struct modkeeper_text text)
{
	return text.offset ? (const char *)entry + text.offset : "";
}

static const struct modkeeper_module *entry_after(const struct modkeeper_module *entry)
{
	return (const void *)((const char *)entry + entry->size);
}

static int query(const char *name, uint32_t size, struct modkeeper_query *query)
{
	memset(query, 0, sizeof(*query));
	strncpy(query->name, name, sizeof(query->name));
	query->buffer = (uintptr_t)entries;
	query->buffer_size = size;
	return ioctl(fd, MODKEEPER_IOC_QUERY, query) ? errno : 0;
}

static int snapshot(uint32_t size, uint32_t flags, struct modkeeper_snapshot *snapshot)
{
	memset(snapshot, 0, sizeof(*snapshot));
	snapshot->buffer = (uintptr_t)entries;
	snapshot->buffer_size = size;
	snapshot->flags = flags;
	return ioctl(fd, MODKEEPER_IOC_SNAPSHOT, snapshot) ? errno : 0;
}

static const char *info_tells_versions_and_sizes(void)
{
	struct modkeeper_info info;

	memset(&info, 0xa5, sizeof(info));
	CHECK(ioctl(fd, MODKEEPER_IOC_INFO, &info) == 0);
	CHECK(info.size == sizeof(info));
	CHECK(info.abi_major == MODKEEPER_ABI_MAJOR && info.abi_minor == MODKEEPER_ABI_MINOR);
	CHECK(info.features & MODKEEPER_FEATURE_NOTIFIER &&
	      info.features & MODKEEPER_FEATURE_NETLINK);
	CHECK(info.ring_bytes == 64 * 1024);
	CHECK(info.record_max == MODKEEPER_RECORD_MAX);
	CHECK(memchr(info.version, 0, sizeof(info.version)) && info.version[0]);
	return NULL;
}

/* As programs do that were compiled against an earlier or a later header. */
static const char *info_fits_shorter_and_longer_callers(void)
{
	struct {
		struct modkeeper_info info;
		char more[32];
	} later;
	unsigned int none = _IOC(_IOC_READ, 0xBD, 0, 0), i;

	memset(&later, 0xa5, sizeof(later));
	CHECK(ioctl(fd, _IOC(_IOC_READ, 0xBD, 0, 16), &later) == 0);
	CHECK(later.info.size == 16);
	CHECK(((unsigned char *)&later)[16] == 0xa5);

	CHECK(ioctl(fd, _IOC(_IOC_READ, 0xBD, 0, sizeof(later)), &later) == 0);
	CHECK(later.info.size == sizeof(later.info));
	for (i = 0; i < sizeof(later.more); i++)
		CHECK((unsigned char)later.more[i] == 0xa5);
	CHECK(ioctl(fd, none, &later) == -1 && errno == ENOTTY);
	return NULL;
}

static const char *stats_count_records_and_readers(void)
{
	struct modkeeper_stats before, after;
	int other = records_open();

	CHECK(other >= 0);
	CHECK(ioctl(fd, MODKEEPER_IOC_STATS, &before) == 0);
	close(other);
	CHECK(module_load("mk_sample_init", "") == 0);
	CHECK(module_unload("mk_sample_init") == 0);
	CHECK(ioctl(fd, MODKEEPER_IOC_STATS, &after) == 0);
	CHECK(before.readers == 2 && after.readers == 1);
	CHECK(after.produced == before.produced + 3);
	CHECK(after.bytes > before.bytes);
	CHECK(after.generation > before.generation);
	CHECK(after.first_sequence == 1 && after.overwritten == 0 && after.missed == 0);
	CHECK(after.modules_loaded == before.modules_loaded);
	CHECK(after.modules_gone == before.modules_gone + 1);
	return NULL;
}

static const char *unknown_requests_are_enotty(void)
{
	struct modkeeper_info info;

	CHECK(ioctl(fd, _IO(0xBD, 0), &info) == -1 && errno == ENOTTY);
	CHECK(ioctl(fd, _IOR(0xBD, 0x7f, struct modkeeper_info), &info) == -1 && errno == ENOTTY);
	CHECK(ioctl(fd, _IOW(0xBD, 0, struct modkeeper_info), &info) == -1 && errno == ENOTTY);
	CHECK(ioctl(fd, _IOR(0xBC, 0, struct modkeeper_info), &info) == -1 && errno == ENOTTY);
	CHECK(ioctl(fd, 0x5401 /* TCGETS */, &info) == -1 && errno == ENOTTY);
	CHECK(ioctl(fd, ~0u, &info) == -1 && errno == ENOTTY);
	return NULL;
}

static const char *bad_pointers_are_efault(void)
{
	static const unsigned long requests[] = { MODKEEPER_IOC_INFO, MODKEEPER_IOC_STATS,
						  MODKEEPER_IOC_SNAPSHOT, MODKEEPER_IOC_QUERY };
	char *none = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct modkeeper_snapshot one = {};
	struct modkeeper_query two = { .name = "mk_sample_user" };
	unsigned int i;

	CHECK(none != MAP_FAILED);
	for (i = 0; i < COUNT(requests); i++) {
		CHECK(ioctl(fd, requests[i], NULL) == -1 && errno == EFAULT);
		CHECK(ioctl(fd, requests[i], none) == -1 && errno == EFAULT);
		CHECK(ioctl(fd, requests[i], none + 4096 - 8) == -1 && errno == EFAULT);
	}
	/* the request is fine, where it points is not */
	one.buffer = two.buffer = (uintptr_t)none;
	one.buffer_size = two.buffer_size = sizeof(entries);
	CHECK(ioctl(fd, MODKEEPER_IOC_SNAPSHOT, &one) == -1 && errno == EFAULT);
	CHECK(ioctl(fd, MODKEEPER_IOC_QUERY, &two) == -1 && errno == EFAULT);
	munmap(none, 4096);
	return NULL;
}

static const char *flags_and_reserved_fields_are_einval(void)
{
	struct modkeeper_snapshot all;
	struct modkeeper_query one;
	unsigned int bit;

	for (bit = 1; bit < 32; bit++)
		CHECK(snapshot(sizeof(entries), 1u << bit, &all) == EINVAL);
	all = (struct modkeeper_snapshot){ .reserved = 1 };
	CHECK(ioctl(fd, MODKEEPER_IOC_SNAPSHOT, &all) == -1 && errno == EINVAL);
	one = (struct modkeeper_query){ .name = "mk_sample_user", .flags = 1 };
	CHECK(ioctl(fd, MODKEEPER_IOC_QUERY, &one) == -1 && errno == EINVAL);
	one = (struct modkeeper_query){ .name = "mk_sample_user", .reserved = 1 };
	CHECK(ioctl(fd, MODKEEPER_IOC_QUERY, &one) == -1 && errno == EINVAL);
	return NULL;
}

/* "name size refs users state ..." of every line, against the entry in the same place. */
static const char *compare_with_proc(const struct modkeeper_snapshot *all)
{
	FILE *file = fopen("/proc/modules", "re");
	const struct modkeeper_module *entry = (const void *)entries, *at;
	char name[64], users[256], line[512], listed[256];
	unsigned int refs, lines = 0, i;

	CHECK(file);
	while (fgets(line, sizeof(line), file)) {
		/* newest first there, in load order here */
		CHECK(sscanf(line, "%63s %*u %u %255s", name, &refs, users) == 3);
		for (i = 0, at = entry; i < all->count; i++, at = entry_after(at))
			if (!strcmp(text_of(at, at->name), name))
				break;
		CHECK(i == all->count - 1 - lines);
		CHECK(at->references == refs);
		snprintf(listed, sizeof(listed), "%s%s", text_of(at, at->used_by),
			 at->used_by.length ? "," : "-");
		CHECK(!strcmp(listed, users) || strstr(users, "[permanent]"));
		lines++;
	}
	fclose(file);
	CHECK(lines == all->count);
	return NULL;
}

static const char *snapshot_is_what_proc_modules_says(void)
{
	struct modkeeper_snapshot all;
	const struct modkeeper_module *entry = (const void *)entries;
	unsigned int i, bytes = 0;

	CHECK(snapshot(sizeof(entries), 0, &all) == 0);
	CHECK(all.count >= 3);
	for (i = 0; i < all.count; i++, entry = entry_after(entry)) {
		CHECK(entry->size % 8 == 0 && entry->fixed_size >= sizeof(*entry));
		CHECK(entry->state == MODKEEPER_STATE_LIVE);
		bytes += entry->size;
	}
	CHECK(bytes == all.needed);
	return compare_with_proc(&all);
}

static const char *snapshot_says_how_much_room_it_needs(void)
{
	struct modkeeper_snapshot asked, all;

	CHECK(snapshot(0, 0, &asked) == 0);
	CHECK(asked.needed > 0);
	memset(entries, 0xa5, sizeof(entries));
	CHECK(snapshot(asked.needed - 1, 0, &all) == ENOSPC);
	CHECK(all.needed == asked.needed);
	CHECK(snapshot(8, 0, &all) == ENOSPC);
	CHECK(snapshot(asked.needed, 0, &all) == 0);
	CHECK(all.needed == asked.needed && all.generation == asked.generation);
	CHECK((unsigned char)entries[all.needed] == 0xa5);
	return NULL;
}

static const char *gone_modules_come_when_asked_for(void)
{
	struct modkeeper_snapshot loaded, all;
	struct modkeeper_query one;
	const struct modkeeper_module *entry = (const void *)entries;

	CHECK(module_load("mk_sample_init", "") == 0);
	CHECK(module_unload("mk_sample_init") == 0);
	CHECK(snapshot(sizeof(entries), 0, &loaded) == 0);
	CHECK(snapshot(sizeof(entries), MODKEEPER_SNAPSHOT_GONE, &all) == 0);
	CHECK(all.count == loaded.count + 1);
	CHECK(query("mk_sample_init", sizeof(entries), &one) == 0);
	CHECK(entry->state == MODKEEPER_STATE_GONE);
	CHECK(entry->load_count == 1);
	CHECK(entry->last_kind == MODKEEPER_RECORD_UNLOAD);
	CHECK(entry->gone_boottime_ns >= entry->loaded_boottime_ns);
	CHECK(entry->loaded_boottime_ns > 0 && entry->load_sequence > 0);
	CHECK(entry->last_sequence == entry->load_sequence + 2);
	CHECK(entry->references == 0);
	return NULL;
}

/* The compiler is free to order them. */
static bool has_parameters(const char *listed)
{
	static const char *const all[] = { "number:int:0644",	     "flag:bool:0444",
					   "word:charp:0000",	     "size:ulong:0400",
					   "list:array of int:0444", "odd:unknown:0600" };
	unsigned int i, length = 0;

	for (i = 0; i < COUNT(all); i++) {
		if (!strstr(listed, all[i]))
			return false;
		length += strlen(all[i]) + 1;
	}
	return strlen(listed) == length - 1;
}

static const char *query_tells_of_one_module(void)
{
	const struct modkeeper_module *entry = (const void *)entries;
	struct modkeeper_query one, asked;

	CHECK(query("mk_sample_user", 0, &asked) == 0);
	CHECK(query("mk_sample_user", asked.needed - 1, &one) == ENOSPC);
	CHECK(query("mk_sample_user", asked.needed, &one) == 0);
	CHECK(one.needed == entry->size);
	CHECK(!strcmp(text_of(entry, entry->name), "mk_sample_user"));
	CHECK(!strcmp(text_of(entry, entry->version), "1.2-sample"));
	CHECK(!strcmp(text_of(entry, entry->uses), "mk_sample_base"));
	CHECK(!strcmp(text_of(entry, entry->used_by), ""));
	CHECK(has_parameters(text_of(entry, entry->parameters)));
	CHECK(entry->parameter_count == 6);
	CHECK(entry->flags & MODKEEPER_MODULE_PRESENT_BEFORE);
	CHECK(!(entry->flags & MODKEEPER_MODULE_NO_EXIT));
	CHECK(entry->memory[MODKEEPER_MEMORY_TEXT] > 0);
	CHECK(entry->memory[MODKEEPER_MEMORY_INIT_TEXT] == 0);

	CHECK(query("mk-sample-base", sizeof(entries), &one) == 0);
	CHECK(!strcmp(text_of(entry, entry->name), "mk_sample_base"));
	CHECK(!strcmp(text_of(entry, entry->used_by), "mk_sample_user"));
	CHECK(entry->flags & MODKEEPER_MODULE_NO_EXIT);
	return NULL;
}

static const char *query_refuses_what_is_no_name(void)
{
	struct modkeeper_query one;
	char longest[MODKEEPER_NAME_SIZE + 1];

	CHECK(query("", sizeof(entries), &one) == EINVAL);
	CHECK(query("a/b", sizeof(entries), &one) == EINVAL);
	memset(longest, 'a', sizeof(longest));
	longest[MODKEEPER_NAME_SIZE] = 0;
	CHECK(query(longest, sizeof(entries), &one) == EINVAL); /* no NUL in the field */
	CHECK(query("never_seen", sizeof(entries), &one) == ENOENT);
	return NULL;
}

/* Does one of the words of the last answer say where the module of a line of /proc/modules lies? */
static bool answer_tells_address(const char *line, uint32_t bytes)
{
	const uint64_t *words = (const void *)entries;
	unsigned long address = 0;
	uint32_t i;

	sscanf(line, "%*s %*s %*s %*s %*s %lx", &address);
	for (i = 0; i < bytes / sizeof(*words); i++)
		if (words[i] == address)
			return true;
	return false;
}

/* Not even root, who is told here by /proc/modules. */
static const char *no_answer_tells_where_the_kernel_is(void)
{
	struct modkeeper_snapshot all;
	char line[512];
	bool told = false;
	FILE *file;

	CHECK(snapshot(sizeof(entries), MODKEEPER_SNAPSHOT_GONE, &all) == 0);
	file = fopen("/proc/modules", "re");
	CHECK(file);
	while (fgets(line, sizeof(line), file))
		told = told || answer_tells_address(line, all.needed);
	fclose(file);
	CHECK(!told);
	return NULL;
}

/* This very process has the device open, with one of the driver's own files. */
static const char *holders_are_found(void)
{
	const struct modkeeper_holder *entry = (const void *)entries;
	struct modkeeper_holders one = { .name = "modkeeper", .buffer = (uintptr_t)entries };
	unsigned int needed;

	CHECK(ioctl(fd, MODKEEPER_IOC_HOLDERS, &one) == 0);
	CHECK(one.count == 1 && one.needed > sizeof(*entry));
	needed = one.needed;
	one.buffer_size = needed - 1;
	CHECK(ioctl(fd, MODKEEPER_IOC_HOLDERS, &one) == -1 && errno == ENOSPC);
	one.buffer_size = needed;
	CHECK(ioctl(fd, MODKEEPER_IOC_HOLDERS, &one) == 0 && one.count == 1);
	CHECK(entry->size == needed && entry->kind == MODKEEPER_HOLDER_FILE);
	CHECK(entry->tgid == (unsigned int)getpid() && entry->fd == fd);
	CHECK(entry->node_major == 10 && entry->inode > 0);
	CHECK(!strcmp((const char *)entry + entry->name.offset, "/dev/modkeeper"));

	strcpy(one.name, "mk_sample_base");
	one.buffer_size = sizeof(entries);
	CHECK(ioctl(fd, MODKEEPER_IOC_HOLDERS, &one) == 0 && one.count == 1);
	CHECK(entry->kind == MODKEEPER_HOLDER_MODULE && entry->fd == -1);
	CHECK(!strcmp((const char *)entry + entry->name.offset, "mk_sample_user"));

	CHECK(seteuid(1000) == 0);
	needed = ioctl(fd, MODKEEPER_IOC_HOLDERS, &one) ? errno : 0;
	CHECK(seteuid(0) == 0);
	CHECK(needed == EPERM);
	return NULL;
}

static const struct check checks[] = {
	{ "info_tells_versions_and_sizes", info_tells_versions_and_sizes },
	{ "info_fits_shorter_and_longer_callers", info_fits_shorter_and_longer_callers },
	{ "stats_count_records_and_readers", stats_count_records_and_readers },
	{ "unknown_requests_are_enotty", unknown_requests_are_enotty },
	{ "bad_pointers_are_efault", bad_pointers_are_efault },
	{ "flags_and_reserved_fields_are_einval", flags_and_reserved_fields_are_einval },
	{ "snapshot_is_what_proc_modules_says", snapshot_is_what_proc_modules_says },
	{ "snapshot_says_how_much_room_it_needs", snapshot_says_how_much_room_it_needs },
	{ "gone_modules_come_when_asked_for", gone_modules_come_when_asked_for },
	{ "query_tells_of_one_module", query_tells_of_one_module },
	{ "query_refuses_what_is_no_name", query_refuses_what_is_no_name },
	{ "holders_are_found", holders_are_found },
	{ "no_answer_tells_where_the_kernel_is", no_answer_tells_where_the_kernel_is },
};

const struct check_suite ioctl_suite = {
	.name = "ioctl",
	.start = start,
	.end = end,
	.checks = checks,
	.count = COUNT(checks),
};
