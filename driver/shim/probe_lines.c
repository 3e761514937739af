// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the kernel prints, as its tracepoint "console" shows it: every text, whatever the log level,
 * in the context of whoever prints it, with interrupts off and perhaps with any lock held.
 */
#include "kapi/core.h"
#include "probe_set.h"
#include "probes.h"
#include "tracepoint.h"

#if defined(CONFIG_KRETPROBES) && defined(CONFIG_TRACEPOINTS)

static void mk_line_printed(void *data, const char *text, size_t length)
{
	mk_core_printed(text, length);
}

static struct mk_tracepoint mk_line_trace = {
	.name = "console",
	.probe = mk_line_printed,
};

int mk_line_trace_start(struct mk_probe_set *set)
{
	return mk_probe_trace(set, &mk_line_trace);
}

#endif
