/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How the userspace checks say what they found: as KTAP on stdout, like KUnit.
 *
 * A check returns NULL, or what failed and where. The text stays valid until the next failure.
 */
#ifndef MODKEEPER_CHECK_H
#define MODKEEPER_CHECK_H

#include <unistd.h>

struct check {
	const char *name;
	const char *(*run)(void);
};

struct check_suite {
	const char *name;
	const char *(*start)(void); /* before each check; NULL: nothing to do */
	const char *(*end)(void);   /* after each check, also a failed one */
	const struct check *checks;
	unsigned int count;
};

/* Runs all and prints them; the number of checks that failed. */
unsigned int check_run(const struct check_suite *const *suites, unsigned int count);

/* "file:line: what (errno)" */
const char *check_failed(const char *file, int line, const char *what);

#define CHECK(expression)                                                     \
	do {                                                                  \
		if (!(expression))                                            \
			return check_failed(__FILE__, __LINE__, #expression); \
	} while (0)

/* For steps that are functions of the same shape as a check. */
#define CHECK_STEP(expression)                      \
	do {                                        \
		const char *failed_ = (expression); \
		if (failed_)                        \
			return failed_;             \
	} while (0)

/* Of the machine: 4 KiB here, up to 64 KiB on others. */
#define PAGE ((size_t)sysconf(_SC_PAGESIZE))

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif /* MODKEEPER_CHECK_H */
