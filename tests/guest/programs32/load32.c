// SPDX-License-Identifier: GPL-2.0-only
/*
 * A 32-bit program that loads a module: reads its path and its parameters from standard input, with
 * a NUL behind each, and ends with the error, 0 if there is none. It has no C library, as answer.c.
 */
#include <linux/fcntl.h>

#include "call.h"

static char words[16384];

void run(void)
{
	const char *parameters = words;
	long result;

	result = call(__NR_read, 0, (long)words, sizeof(words) - 1);
	while (*parameters)
		parameters++;
	if (result > 0)
		result = call(__NR_open, (long)words, O_RDONLY, 0);
	if (result >= 0)
		result = call(__NR_finit_module, result, (long)(parameters + 1), 0);
	call(__NR_exit, -result, 0, 0);
}
