// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every allocation and every copy to or from user memory on the driver's way fails once, each in
 * a run of its own, by the kernel's fault injection. Whatever fails leaves nothing behind and does
 * not keep the next try from working.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "check.h"
#include "module.h"
#include "netlink.h"
#include "records.h"
#include "suites.h"

/* More than any of the ways below has. */
#define STEPS_MAX 500

static int fd = -1;

static const char *end(void)
{
	if (fd >= 0)
		close(fd);
	fd = -1;
	return driver_end();
}

/*
 * Restricts injection to what is called by module code: what the kernel itself allocates around an
 * init or an open is none of ours. Module memory lies in one place, behind the kernel's own.
 */
static const char *aim_at_modules(void)
{
	static const char *const kinds[] = { "failslab", "fail_page_alloc", "fail_usercopy" };
	unsigned long address, lowest = ~0ul;
	char line[512], path[128], text[64];
	FILE *file = fopen("/proc/modules", "re");
	unsigned int i;

	CHECK(file);
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "%*s %*s %*s %*s %*s %lx", &address) == 1 && address < lowest)
			lowest = address;
	fclose(file);
	CHECK(lowest != ~0ul);

	for (i = 0; i < COUNT(kinds); i++) {
		const struct {
			const char *name;
			unsigned long value;
			const char *format;
		} settings[] = {
			{ "require-start", lowest - (16ul << 20), "0x%lx" },
			{ "require-end", lowest + (1ul << 30), "0x%lx" },
			{ "stacktrace-depth", 32, "%lu" },
			{ "verbose", 0, "%lu" },
			{ "ignore-gfp-wait", 0, "%lu" },
			{ "ignore-gfp-highmem", 0, "%lu" },
			{ "min-order", 0, "%lu" },
		};
		unsigned int j;

		for (j = 0; j < COUNT(settings); j++) {
			snprintf(path, sizeof(path), "/sys/kernel/debug/%s/%s", kinds[i],
				 settings[j].name);
			snprintf(text, sizeof(text), settings[j].format, settings[j].value);
			/* not every kind has every setting; what it has must hold */
			CHECK(file_write(path, text) == 0 || j > 3);
		}
	}
	return NULL;
}

/* The @nth step of this process from here on fails. */
static void fail_step(unsigned int nth)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", nth);
	file_write("/proc/self/fail-nth", text);
}

/* Ends the injection; true: a step has failed. */
static bool step_failed(void)
{
	char text[16];
	bool failed = atoi(file_text("/proc/self/fail-nth", text, sizeof(text))) == 0;

	file_write("/proc/self/fail-nth", "0");
	return failed;
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

/* A failed copy is EFAULT and the record is there again. */
static const char *every_step_of_read_loses_nothing(void)
{
	_Alignas(8) static char buffer[16 * MODKEEPER_RECORD_MAX];
	static struct records seen;
	unsigned int nth;

	CHECK_STEP(driver_start());
	fd = records_open();
	CHECK(fd >= 0);
	for (nth = 1; nth < STEPS_MAX; nth++) {
		ssize_t got;
		int error;

		fail_step(nth);
		got = read(fd, buffer, sizeof(buffer));
		error = errno;
		if (!step_failed()) {
			seen.count = 0;
			CHECK_STEP(records_parse(buffer, got, &seen));
			break;
		}
		CHECK(got == -1 && (error == EFAULT || error == ENOMEM));
	}
	printf("    # %u steps\n", nth - 1);
	CHECK(nth > 1 && nth < STEPS_MAX);
	CHECK(seen.count >= 2 && seen.at[0].head.sequence == 1);
	return NULL;
}

static const char *sweep_ioctl(unsigned long request, void *argument, unsigned int size)
{
	static _Alignas(8) char copy[256];
	unsigned int nth;

	for (nth = 1; nth < STEPS_MAX; nth++) {
		int result, error;

		memcpy(copy, argument, size);
		fail_step(nth);
		result = ioctl(fd, request, copy);
		error = errno;
		if (!step_failed()) {
			CHECK(result == 0);
			break;
		}
		/* a step that it can do without is no error */
		CHECK(result == 0 || error == EFAULT || error == ENOMEM);
	}
	printf("    # request %#lx: %u steps\n", request, nth - 1);
	CHECK(nth > 1 && nth < STEPS_MAX);
	return NULL;
}

static const char *every_step_of_an_ioctl_fails_cleanly(void)
{
	static _Alignas(8) char room[64 * 1024];
	struct modkeeper_snapshot all = { .buffer = (unsigned long)room,
					  .buffer_size = sizeof(room) };
	struct modkeeper_query one = { .name = "mk_sample_user",
				       .buffer = (unsigned long)room,
				       .buffer_size = sizeof(room) };
	struct modkeeper_info info = {};
	struct modkeeper_stats stats = {};

	CHECK_STEP(driver_start());
	fd = records_open();
	CHECK(fd >= 0);
	CHECK_STEP(sweep_ioctl(MODKEEPER_IOC_SNAPSHOT, &all, sizeof(all)));
	CHECK_STEP(sweep_ioctl(MODKEEPER_IOC_QUERY, &one, sizeof(one)));
	CHECK_STEP(sweep_ioctl(MODKEEPER_IOC_INFO, &info, sizeof(info)));
	return sweep_ioctl(MODKEEPER_IOC_STATS, &stats, sizeof(stats));
}

static const char *every_step_of_netlink_fails_cleanly(void)
{
	static struct netlink_answer answer;
	bool dump = false;
	unsigned int nth;

	CHECK_STEP(driver_start());
	do {
		for (nth = 1; nth < STEPS_MAX; nth++) {
			const char *failed;

			fail_step(nth);
			failed = netlink_request(MODKEEPER_GENL_NAME, MODKEEPER_CMD_GET_MODULE,
						 dump, dump ? 0 : MODKEEPER_A_MODULE_NAME,
						 "mk_sample_user", 15, &answer);
			if (!step_failed()) {
				CHECK_STEP(failed);
				CHECK(answer.error == 0 && answer.messages > 0);
				break;
			}
		}
		printf("    # %s: %u steps\n", dump ? "dump" : "do", nth - 1);
		CHECK(nth > 1 && nth < STEPS_MAX);
		dump = !dump;
	} while (dump);
	return NULL;
}

static const struct check checks[] = {
	{ "every_step_of_init_fails_cleanly", every_step_of_init_fails_cleanly },
	{ "every_step_of_exit_is_harmless", every_step_of_exit_is_harmless },
	{ "loads_go_on_when_recording_fails", loads_go_on_when_recording_fails },
	{ "every_step_of_open_fails_cleanly", every_step_of_open_fails_cleanly },
	{ "every_step_of_read_loses_nothing", every_step_of_read_loses_nothing },
	{ "every_step_of_an_ioctl_fails_cleanly", every_step_of_an_ioctl_fails_cleanly },
	{ "every_step_of_netlink_fails_cleanly", every_step_of_netlink_fails_cleanly },
};

const struct check_suite failure_suite = {
	.name = "failure",
	.start = aim_at_modules,
	.end = end,
	.checks = checks,
	.count = COUNT(checks),
};
