// SPDX-License-Identifier: GPL-2.0-only
#include "tracepoint.h"

#include <linux/string.h>
#include <linux/tracepoint.h>

#ifdef CONFIG_TRACEPOINTS

static void mk_tracepoint_match(struct tracepoint *candidate, void *data)
{
	struct mk_tracepoint *trace = data;

	if (!strcmp(candidate->name, trace->name))
		trace->found = candidate;
}

int mk_tracepoint_register(struct mk_tracepoint *trace)
{
	for_each_kernel_tracepoint(mk_tracepoint_match, trace);
	if (!trace->found)
		return -ENOENT;
	return tracepoint_probe_register(trace->found, trace->probe, NULL);
}

void mk_tracepoint_unregister(struct mk_tracepoint *trace)
{
	tracepoint_probe_unregister(trace->found, trace->probe, NULL);
}

#endif /* CONFIG_TRACEPOINTS */
