// SPDX-License-Identifier: GPL-2.0-only
#include "checkers.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "module.h"

#define KMEMLEAK "/sys/kernel/debug/kmemleak"

/* kmemleak passes over what is younger than five seconds. */
#define YOUNG_SECONDS 6

/*
 * A report begins with its first line and goes on with indented ones. KUnit's own loss, the memory
 * maps that it hands out, is none of ours.
 */
static bool print_report(const char *report, const char *end)
{
	const char *kunit = strstr(report, "kunit_vm_mmap_init");

	if (kunit && kunit < end)
		return false;
	while (report < end) {
		int length = strcspn(report, "\n");

		printf("    # %.*s\n", length, report);
		report += length + 1;
	}
	return true;
}

const char *leaks_absent(void)
{
	static char text[256 * 1024];
	const char *report = text;
	unsigned int leaks = 0;

	sleep(YOUNG_SECONDS);
	/* The first scan may take what is being changed for lost; the second is to be believed. */
	CHECK(file_write(KMEMLEAK, "scan") == 0);
	CHECK(file_write(KMEMLEAK, "scan") == 0);
	file_text(KMEMLEAK, text, sizeof(text));
	while (*report) {
		const char *next = strstr(report + 1, "\nunreferenced object");

		next = next ? next + 1 : report + strlen(report);
		leaks += print_report(report, next);
		report = next;
	}
	CHECK(leaks == 0);
	return NULL;
}

const char *lockdep_is_on(void)
{
	static char text[16 * 1024];
	const char *line =
		strstr(file_text("/proc/lockdep_stats", text, sizeof(text)), "debug_locks:");

	CHECK(line && strtol(line + strlen("debug_locks:"), NULL, 10) == 1);
	return NULL;
}
