// SPDX-License-Identifier: GPL-2.0-only
#include "failing.h"

#include <stdio.h>
#include <stdlib.h>

#include "check.h"
#include "module.h"

/* Module memory lies in one place, behind the kernel's own. */
const char *failing_aim(void)
{
	static const char *const kinds[] = { "failslab", "fail_page_alloc", "fail_usercopy" };
	const unsigned long span = 1ul << 30;
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
			{ "require-end", lowest < ~0ul - span ? lowest + span : ~0ul, "0x%lx" },
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

void fail_step(unsigned int nth)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", nth);
	file_write("/proc/self/fail-nth", text);
}

bool step_failed(void)
{
	char text[16];
	bool failed = atoi(file_text("/proc/self/fail-nth", text, sizeof(text))) == 0;

	file_write("/proc/self/fail-nth", "0");
	return failed;
}
