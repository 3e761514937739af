// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "check.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const char *check_failed(const char *file, int line, const char *what)
{
	static char text[512];
	const char *name = strrchr(file, '/');

	snprintf(text, sizeof(text), "%s:%d: %s (last errno: %s)", name ? name + 1 : file, line,
		 what, strerrorname_np(errno));
	return text;
}

static const char *run_one(const struct check_suite *suite, const struct check *check)
{
	static char first[512];
	const char *failed = suite->start ? suite->start() : NULL;
	const char *end;

	if (!failed)
		failed = check->run();
	if (failed)
		snprintf(first, sizeof(first), "%s", failed);
	end = suite->end ? suite->end() : NULL;
	return failed ? first : end;
}

static unsigned int run_suite(const struct check_suite *suite)
{
	unsigned int i, bad = 0;

	printf("    KTAP version 1\n    # Subtest: %s\n    1..%u\n", suite->name, suite->count);
	for (i = 0; i < suite->count; i++) {
		const char *failed = run_one(suite, &suite->checks[i]);

		if (failed)
			printf("    # %s\n", failed);
		printf("    %s %u %s\n", failed ? "not ok" : "ok", i + 1, suite->checks[i].name);
		bad += failed != NULL;
	}
	return bad;
}

unsigned int check_run(const struct check_suite *const *suites, unsigned int count)
{
	unsigned int i, all = 0;

	printf("KTAP version 1\n1..%u\n", count);
	for (i = 0; i < count; i++) {
		unsigned int bad = run_suite(suites[i]);

		printf("%s %u %s\n", bad ? "not ok" : "ok", i + 1, suites[i]->name);
		all += bad;
	}
	return all;
}
