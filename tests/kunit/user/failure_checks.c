// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every allocation and every copy to or from user memory on the driver's way fails once, each in
 * a run of its own, by the kernel's fault injection. Whatever fails leaves nothing behind and does
 * not keep the next try from working.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "check.h"
#include "failing.h"
#include "module.h"
#include "netlink.h"
#include "records.h"
#include "suites.h"

static int fd = -1;

static const char *end(void)
{
	if (fd >= 0)
		close(fd);
	fd = -1;
	return driver_end();
}

static const char *every_step_of_init_fails_cleanly(void)
{
	unsigned int nth, refused = 0;

	for (nth = 1; nth < STEPS_MAX; nth++) {
		int error;
		bool failed;

		fail_step(nth);
		error = module_load("modkeeper", "ring_kb=64");
		failed = step_failed();
		if (!failed) {
			CHECK(error == 0);
			break;
		}
		if (error) {
			refused++;
			CHECK(error == ENOMEM);
			CHECK_STEP(driver_is_absent());
		} else {
			/* it can do without what failed */
			CHECK_STEP(driver_works());
			CHECK(module_unload("modkeeper") == 0);
		}
	}
	printf("    # %u steps, %u of them needed\n", nth - 1, refused);
	CHECK(nth < STEPS_MAX);
	/* 16 pages of the ring, and at least the driver, its list, the device, the family */
	CHECK(refused > 20);
	return driver_works();
}

static const char *every_step_of_exit_is_harmless(void)
{
	unsigned int nth;

	for (nth = 1; nth < STEPS_MAX; nth++) {
		bool failed;

		CHECK_STEP(driver_start());
		fail_step(nth);
		CHECK(module_unload("modkeeper") == 0);
		failed = step_failed();
		CHECK_STEP(driver_is_absent());
		if (!failed)
			break;
	}
	CHECK(nth < STEPS_MAX);
	return NULL;
}

/* What the driver cannot take in it counts; no other module's load or unload suffers. */
static const char *loads_go_on_when_recording_fails(void)
{
	static struct records seen;
	struct modkeeper_stats stats;
	unsigned int nth, i, begun = 0;

	CHECK_STEP(driver_start());
	fd = records_open();
	CHECK(fd >= 0);
	for (nth = 1; nth < STEPS_MAX; nth++) {
		bool failed;

		fail_step(nth);
		CHECK(module_load("mk_sample_init", "") == 0);
		CHECK(module_unload("mk_sample_init") == 0);
		failed = step_failed();
		if (!failed)
			break;
	}
	CHECK_STEP(records_drain(fd, &seen));
	for (i = 0; i < seen.count; i++)
		begun += seen.at[i].head.kind == MODKEEPER_RECORD_LOAD_BEGIN &&
			 !strcmp(seen.at[i].name, "mk_sample_init");
	CHECK(ioctl(fd, MODKEEPER_IOC_STATS, &stats) == 0);
	printf("    # %u steps, %u loads recorded, %llu events missed\n", nth - 1, begun,
	       (unsigned long long)stats.missed);
	CHECK(begun + stats.missed >= nth);
	return NULL;
}

static const char *every_step_of_open_fails_cleanly(void)
{
	unsigned int nth, refused = 0;
	bool failed = true;

	CHECK_STEP(driver_start());
	for (nth = 1; failed && nth < STEPS_MAX; nth++) {
		int error;

		fail_step(nth);
		fd = records_open();
		error = errno;
		failed = step_failed();
		if (fd >= 0) {
			close(fd);
		} else {
			CHECK(failed && error == ENOMEM);
			refused++;
		}
	}
	fd = -1;
	printf("    # %u steps, %u of them needed\n", nth - 2, refused);
	CHECK(refused > 0 && nth < STEPS_MAX);
	/* no half-open file keeps it */
	return driver_end();
}

static _Alignas(8) char room[64 * 1024];

/*
 * User Mode Linux falls over a page of user memory that the kernel cannot bring in while it copies:
 * none of what is copied to may be missing.
 */
static void touch_room(void)
{
	memset(room, 0xa5, sizeof(room));
}

/* A failed copy is EFAULT and the record is there again. */
static const char *every_step_of_read_loses_nothing(void)
{
	static struct records seen;
	unsigned int nth;

	CHECK_STEP(driver_start());
	fd = records_open();
	CHECK(fd >= 0);
	touch_room();
	for (nth = 1; nth < STEPS_MAX; nth++) {
		ssize_t got;
		int error;

		fail_step(nth);
		got = read(fd, room, sizeof(room));
		error = errno;
		if (!step_failed()) {
			seen.count = 0;
			CHECK_STEP(records_parse(room, got, &seen));
			break;
		}
		CHECK(got == -1 && (error == EFAULT || error == ENOMEM));
	}
	printf("    # %u steps\n", nth - 1);
	CHECK(nth > 1 && nth < STEPS_MAX);
	CHECK(seen.count >= 2 && seen.at[0].head.sequence == 1);
	return NULL;
}

/* ---- everything else that a program can do ------------------------------------------------ */

static int go_write(void)
{
	return write(fd, "a mark", 6) == 6 ? 0 : errno;
}

static int go_map(void)
{
	size_t bytes = PAGE + 2 * 64 * 1024;
	void *ring = mmap(NULL, bytes, PROT_READ, MAP_SHARED, fd, 0);

	if (ring == MAP_FAILED)
		return errno;
	munmap(ring, bytes);
	return 0;
}

static int go_ioctl(unsigned long request, void *argument)
{
	return ioctl(fd, request, argument) ? errno : 0;
}

static int go_info(void)
{
	struct modkeeper_info info;

	return go_ioctl(MODKEEPER_IOC_INFO, &info);
}

static int go_stats(void)
{
	struct modkeeper_stats stats;

	return go_ioctl(MODKEEPER_IOC_STATS, &stats);
}

static int go_snapshot(void)
{
	struct modkeeper_snapshot all = { .buffer = (uintptr_t)room,
					  .buffer_size = sizeof(room),
					  .flags = MODKEEPER_SNAPSHOT_GONE };

	return go_ioctl(MODKEEPER_IOC_SNAPSHOT, &all);
}

static int go_query(void)
{
	struct modkeeper_query one = { .name = "mk_sample_user",
				       .buffer = (uintptr_t)room,
				       .buffer_size = sizeof(room) };

	return go_ioctl(MODKEEPER_IOC_QUERY, &one);
}

/* Who it is told of is this process, by the file that it asks with, and another module. */
static int go_holders(const char *name)
{
	struct modkeeper_holders one = { .buffer = (uintptr_t)room, .buffer_size = sizeof(room) };

	strcpy(one.name, name);
	return go_ioctl(MODKEEPER_IOC_HOLDERS, &one);
}

/* It is over at once, and makes room for the next one. */
static int go_permit(void)
{
	struct modkeeper_policy_temporary one = {
		.action = MODKEEPER_PERMISSION_ADD,
		.for_ns = 1,
		.gate = MODKEEPER_POLICY_GATE_LOAD,
		.name = "none",
	};

	return go_ioctl(MODKEEPER_IOC_POLICY_TEMPORARY, &one);
}

static int go_permissions(void)
{
	struct modkeeper_policy_temporary one = {
		.action = MODKEEPER_PERMISSION_LIST,
		.buffer = (uintptr_t)room,
		.buffer_size = sizeof(room),
	};

	return go_ioctl(MODKEEPER_IOC_POLICY_TEMPORARY, &one);
}

static int go_holders_files(void)
{
	return go_holders("modkeeper");
}

static int go_holders_modules(void)
{
	return go_holders("mk_sample_base");
}

static int go_filter(void)
{
	struct modkeeper_filter marks = { .kinds = 1ull << MODKEEPER_RECORD_MARK, .name = "" };

	return go_ioctl(MODKEEPER_IOC_FILTER, &marks);
}

/* What is said of a request that comes to its end; EIO: it did not. */
static int go_netlink(int command, bool dump, int attribute, const char *text)
{
	static struct netlink_answer answer;

	if (netlink_request(MODKEEPER_GENL_NAME, command, dump, attribute, text,
			    text ? strlen(text) + 1 : 0, &answer))
		return EIO;
	return answer.error || answer.messages ? answer.error : EIO;
}

static int go_get_status(void)
{
	return go_netlink(MODKEEPER_CMD_GET_STATUS, false, 0, NULL);
}

static int go_get_module(void)
{
	return go_netlink(MODKEEPER_CMD_GET_MODULE, false, MODKEEPER_A_MODULE_NAME,
			  "mk_sample_user");
}

static int go_get_modules(void)
{
	return go_netlink(MODKEEPER_CMD_GET_MODULE, true, 0, NULL);
}

static int go_get_params(void)
{
	return go_netlink(MODKEEPER_CMD_GET_PARAMS, true, MODKEEPER_A_PARAMETER_MODULE,
			  "mk_sample_user");
}

/* A way into the driver, whole: 0 or errno. Each has at least one step that it needs. */
static const struct way {
	const char *name;
	int (*go)(void);
	bool may_have_none;
} ways[] = {
	{ .name = "write", .go = go_write },
	/* its page tables may be there already */
	{ .name = "mmap", .go = go_map, .may_have_none = true },
	{ .name = "INFO", .go = go_info },
	{ .name = "STATS", .go = go_stats },
	{ .name = "SNAPSHOT", .go = go_snapshot },
	{ .name = "QUERY", .go = go_query },
	{ .name = "HOLDERS, files", .go = go_holders_files },
	{ .name = "HOLDERS, modules", .go = go_holders_modules },
	{ .name = "FILTER", .go = go_filter },
	{ .name = "POLICY_TEMPORARY, add", .go = go_permit },
	{ .name = "POLICY_TEMPORARY, list", .go = go_permissions },
	{ .name = "get-status", .go = go_get_status },
	{ .name = "get-module", .go = go_get_module },
	{ .name = "get-module, dump", .go = go_get_modules },
	{ .name = "get-params, dump", .go = go_get_params },
};

static const char *sweep(const struct way *way)
{
	unsigned int nth, refused = 0;
	bool failed = true;

	for (nth = 1; failed && nth < STEPS_MAX; nth++) {
		int error;

		fail_step(nth);
		error = way->go();
		failed = step_failed();
		/* a step that it can do without is no error */
		CHECK(!error || (failed && (error == EFAULT || error == ENOMEM)));
		refused += error != 0;
	}
	printf("    # %s: %u steps, %u of them needed\n", way->name, nth - 2, refused);
	CHECK(refused > 0 || way->may_have_none);
	CHECK(nth < STEPS_MAX);
	return NULL;
}

static const char *every_step_of_every_way_fails_cleanly(void)
{
	struct modkeeper_stats stats;
	unsigned int i;

	CHECK_STEP(driver_start());
	touch_room();
	for (i = 0; i < COUNT(ways); i++) {
		fd = open("/dev/modkeeper", O_RDWR | O_NONBLOCK | O_CLOEXEC);
		CHECK(fd >= 0);
		CHECK_STEP(sweep(&ways[i]));
		CHECK(ioctl(fd, MODKEEPER_IOC_STATS, &stats) == 0);
		CHECK(stats.readers == 1);
		close(fd);
	}
	fd = -1;
	return driver_end();
}

/* Neither a mark that was half read nor a filter that was. */
static const char *what_fails_changes_nothing(void)
{
	struct modkeeper_stats before, after;
	static struct records seen;

	CHECK_STEP(driver_start());
	fd = open("/dev/modkeeper", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	CHECK(ioctl(fd, MODKEEPER_IOC_STATS, &before) == 0);
	fail_step(1);
	CHECK(go_write() == EFAULT);
	CHECK(step_failed());
	fail_step(1);
	CHECK(go_filter() == EFAULT);
	CHECK(step_failed());
	CHECK(ioctl(fd, MODKEEPER_IOC_STATS, &after) == 0);
	CHECK(after.produced == before.produced);
	CHECK_STEP(records_drain(fd, &seen));
	CHECK(seen.count == after.produced);
	return NULL;
}

static const struct check checks[] = {
	{ "every_step_of_init_fails_cleanly", every_step_of_init_fails_cleanly },
	{ "every_step_of_exit_is_harmless", every_step_of_exit_is_harmless },
	{ "loads_go_on_when_recording_fails", loads_go_on_when_recording_fails },
	{ "every_step_of_open_fails_cleanly", every_step_of_open_fails_cleanly },
	{ "every_step_of_read_loses_nothing", every_step_of_read_loses_nothing },
	{ "every_step_of_every_way_fails_cleanly", every_step_of_every_way_fails_cleanly },
	{ "what_fails_changes_nothing", what_fails_changes_nothing },
};

const struct check_suite failure_suite = {
	.name = "failure",
	.start = failing_aim,
	.end = end,
	.checks = checks,
	.count = COUNT(checks),
};
