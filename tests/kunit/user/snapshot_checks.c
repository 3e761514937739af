// SPDX-License-Identifier: GPL-2.0-only
/* Modules as SNAPSHOT, QUERY and HOLDERS of /dev/modkeeper describe them, beside what /proc says.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
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
	CHECK(entry->node_major == 10 && entry->inode > 0 && entry->references == 1);
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
	{ "snapshot_is_what_proc_modules_says", snapshot_is_what_proc_modules_says },
	{ "snapshot_says_how_much_room_it_needs", snapshot_says_how_much_room_it_needs },
	{ "gone_modules_come_when_asked_for", gone_modules_come_when_asked_for },
	{ "query_tells_of_one_module", query_tells_of_one_module },
	{ "query_refuses_what_is_no_name", query_refuses_what_is_no_name },
	{ "holders_are_found", holders_are_found },
	{ "no_answer_tells_where_the_kernel_is", no_answer_tells_where_the_kernel_is },
};

const struct check_suite snapshot_suite = {
	.name = "snapshot",
	.start = start,
	.end = end,
	.checks = checks,
	.count = COUNT(checks),
};
