// SPDX-License-Identifier: GPL-2.0-only
/* Who makes records while others read, and who asks all that can be asked meanwhile. */
#define _GNU_SOURCE
#include "torture.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <linux/modkeeper.h>

#include "check.h"
#include "module.h"
#include "netlink.h"
#include "records.h"

#define MARKS 600 /* of each writer, some 130 bytes apiece: the ring goes round */
#define LOADS 60
#define ASKS 60
#define SWITCHES 1500
#define OPENINGS 300
#define SUBSCRIPTIONS 40

/* ---- who makes records ----------------------------------------------------------------- */

const char *torture_mark(int to, const char *text)
{
	CHECK(write(to, text, strlen(text)) == (ssize_t)strlen(text));
	return NULL;
}

static const char *write_marks(int writer)
{
	char text[64];
	int i;

	for (i = 1; i <= MARKS; i++) {
		snprintf(text, sizeof(text), "torture %d %d\n", writer, i);
		CHECK_STEP(torture_mark(torture_own, text));
	}
	return NULL;
}

const char *torture_write_first_marks(void)
{
	return write_marks(0);
}

const char *torture_write_second_marks(void)
{
	return write_marks(1);
}

static bool is_one_of(int error, const int *all, unsigned int count)
{
	while (count--)
		if (all[count] == error)
			return true;
	return false;
}

/*
 * Two processes do this with one module. Each may find the other's there, or get the result of its
 * load, as the kernel lets calls with one file share theirs.
 */
static const char *load_and_unload(const char *parameters)
{
	static const int loads[] = { 0, EEXIST, EBUSY, ENOMEM };
	static const int unloads[] = { 0, ENOENT, EBUSY, EAGAIN };
	int i;

	for (i = 0; i < LOADS; i++) {
		errno = module_load("mk_sample_init", parameters);
		CHECK(is_one_of(errno, loads, COUNT(loads)));
		errno = module_unload("mk_sample_init");
		CHECK(is_one_of(errno, unloads, COUNT(unloads)));
	}
	return NULL;
}

const char *torture_load_what_works(void)
{
	return load_and_unload("");
}

const char *torture_load_what_fails(void)
{
	return load_and_unload("error=12");
}

/* ---- who asks -------------------------------------------------------------------------- */

static _Alignas(8) char buffer[64 * 1024];

const char *torture_switch_filters(void)
{
	static const struct modkeeper_filter filters[] = {
		{},
		{ .name = "mk_*" },
		{ .kinds = 1ull << MODKEEPER_RECORD_MARK },
		{ .kinds = 1ull << MODKEEPER_RECORD_UNLOAD, .name = "[a-m]k?sample*t" },
		{ .name = "none" },
		{ .kinds = 1ull << MODKEEPER_RECORD_LOAD_LIVE |
			   1ull << MODKEEPER_RECORD_LOAD_FAILED },
	};
	int i;

	for (i = 0; i < SWITCHES; i++) {
		struct modkeeper_filter filter = filters[i % COUNT(filters)];

		CHECK(ioctl(torture_own, MODKEEPER_IOC_FILTER, &filter) == 0);
	}
	return NULL;
}

/* Entries that lie behind one another, as many as are said to be there. */
static const char *entries_are_sound(const void *entries, unsigned int count, unsigned int bytes)
{
	unsigned int at = 0, i;

	for (i = 0; i < count; i++) {
		const struct modkeeper_module *entry = (const void *)((const char *)entries + at);

		CHECK(entry->size >= entry->fixed_size && entry->size % 8 == 0);
		CHECK(entry->size <= bytes - at);
		CHECK(entry->name.offset + entry->name.length < entry->size);
		at += entry->size;
	}
	CHECK(at == bytes);
	return NULL;
}

static const char *ask_for_modules(void)
{
	struct modkeeper_snapshot all = { .buffer = (uintptr_t)buffer,
					  .buffer_size = sizeof(buffer),
					  .flags = MODKEEPER_SNAPSHOT_GONE };
	struct modkeeper_query one = { .name = "mk_sample_init",
				       .buffer = (uintptr_t)buffer,
				       .buffer_size = sizeof(buffer) };
	struct modkeeper_holders holders = { .name = "modkeeper",
					     .buffer = (uintptr_t)buffer,
					     .buffer_size = sizeof(buffer) };

	CHECK(ioctl(torture_own, MODKEEPER_IOC_SNAPSHOT, &all) == 0);
	CHECK_STEP(entries_are_sound(buffer, all.count, all.needed));
	if (ioctl(torture_own, MODKEEPER_IOC_QUERY, &one) == 0)
		CHECK_STEP(entries_are_sound(buffer, 1, one.needed));
	else
		CHECK(errno == ENOENT);
	CHECK(ioctl(torture_own, MODKEEPER_IOC_HOLDERS, &holders) == 0);
	/* at least the parent, and who asks */
	CHECK(holders.count >= 2);
	return NULL;
}

const char *torture_ask_the_device(void)
{
	unsigned long long produced = 0, generation = 0;
	int i;

	for (i = 0; i < ASKS; i++) {
		struct modkeeper_stats stats;
		struct modkeeper_info info;

		CHECK(ioctl(torture_own, MODKEEPER_IOC_INFO, &info) == 0);
		CHECK(ioctl(torture_own, MODKEEPER_IOC_STATS, &stats) == 0);
		CHECK(stats.produced >= produced && stats.generation >= generation);
		CHECK(stats.overwritten <= stats.produced && stats.missed == 0);
		produced = stats.produced;
		generation = stats.generation;
		CHECK_STEP(ask_for_modules());
	}
	return NULL;
}

const char *torture_ask_on_netlink(void)
{
	static struct netlink_answer answer;
	unsigned long long produced = 0, now;
	int i;

	for (i = 0; i < ASKS; i++) {
		CHECK_STEP(netlink_request(MODKEEPER_GENL_NAME, MODKEEPER_CMD_GET_STATUS, false, 0,
					   NULL, 0, &answer));
		CHECK(answer.error == 0);
		now = netlink_number(netlink_attribute(netlink_message(&answer, 0),
						       MODKEEPER_A_STATUS_PRODUCED, 0));
		CHECK(now >= produced);
		produced = now;
		CHECK_STEP(netlink_request(MODKEEPER_GENL_NAME, MODKEEPER_CMD_GET_MODULE, true, 0,
					   NULL, 0, &answer));
		CHECK(answer.error == 0 && answer.messages >= 3);
		CHECK_STEP(netlink_request(MODKEEPER_GENL_NAME, MODKEEPER_CMD_GET_MODULE, false,
					   MODKEEPER_A_MODULE_NAME, "mk_sample_init", 15, &answer));
		CHECK(answer.error == 0 || answer.error == ENOENT);
		CHECK_STEP(netlink_request(MODKEEPER_GENL_NAME, MODKEEPER_CMD_GET_PARAMS, true,
					   MODKEEPER_A_PARAMETER_MODULE, "mk_sample_user", 15,
					   &answer));
		CHECK(answer.error == 0 && answer.messages == 6);
	}
	return NULL;
}

/* Some of what a subscriber is told, in its order; none when nothing happens any more. */
static const char *listen_for_a_while(int subscriber)
{
	static struct netlink_answer heard;
	unsigned long long before = 0, sequence;
	unsigned int turns = 20, i;

	while (turns--) {
		const char *failed = netlink_hear(subscriber, &heard);

		if (failed) {
			CHECK(errno == EAGAIN || errno == ENOBUFS);
			break;
		}
		for (i = 0; i < heard.messages; i++) {
			sequence = netlink_number(netlink_attribute(netlink_message(&heard, i),
								    MODKEEPER_A_EVENT_SEQUENCE, 0));
			CHECK(sequence > before);
			before = sequence;
		}
	}
	return NULL;
}

const char *torture_subscribe_and_leave(void)
{
	const struct timeval patience = { .tv_usec = 50000 };
	int i;

	for (i = 0; i < SUBSCRIPTIONS; i++) {
		int subscriber = netlink_subscribe();
		const char *failed;

		CHECK(subscriber >= 0);
		CHECK(!setsockopt(subscriber, SOL_SOCKET, SO_RCVTIMEO, &patience,
				  sizeof(patience)));
		failed = listen_for_a_while(subscriber);
		close(subscriber);
		CHECK_STEP(failed);
	}
	return NULL;
}

const char *torture_open_and_close(void)
{
	int i;

	for (i = 0; i < OPENINGS; i++) {
		int of = records_open();

		CHECK(of >= 0);
		CHECK(lseek(of, 0, i % 2 ? SEEK_DATA : SEEK_SET) == 0);
		CHECK(read(of, buffer, MODKEEPER_RECORD_MAX) > 0 || errno == EAGAIN);
		close(of);
	}
	return NULL;
}
