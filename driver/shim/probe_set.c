// SPDX-License-Identifier: GPL-2.0-only
#include "shim/kapi/printk.h"

#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/kprobes.h>
#include <linux/tracepoint.h>

#include "kapi/core.h"
#include "probe_set.h"
#include "tracepoint.h"

#ifdef CONFIG_KRETPROBES

int mk_probe_return(struct mk_probe_set *set, struct kretprobe *probe)
{
	int error;

	if (set->return_count == MK_PROBES_MAX)
		return -ENOSPC;
	error = register_kretprobe(probe);
	if (!error)
		set->returns[set->return_count++] = probe;
	return error;
}

/* Calls that are refused at their entry have it for a moment: one on each processor. */
int mk_probe_return_of_calls(struct mk_probe_set *set, struct kretprobe *probe)
{
	probe->maxactive = mk_core_calls_max() + num_possible_cpus();
	return mk_probe_return(set, probe);
}

__u64 mk_probe_missed(const struct kretprobe *probe)
{
	return (u32)READ_ONCE(probe->nmissed);
}

int mk_probe_entry(struct mk_probe_set *set, struct kprobe *probe)
{
	int error;

	if (set->entry_count == MK_PROBES_MAX)
		return -ENOSPC;
	error = register_kprobe(probe);
	if (!error)
		set->entries[set->entry_count++] = probe;
	return error;
}

/*
 * Without memory, the kernel cannot remove a probe and keeps pointing at it. The only sign of
 * that is that it has cleared the address in the probe.
 */
static void mk_probe_check_gone(const struct kprobe *probe)
{
	if (!probe->addr)
		pr_err("the kernel had no memory to remove the probe on %s: reboot before the driver is loaded again\n",
		       probe->symbol_name);
}

static void mk_probes_cut(struct mk_probe_set *set, const struct mk_probe_set *before)
{
	int i;

	unregister_kretprobes(set->returns + before->return_count,
			      set->return_count - before->return_count);
	unregister_kprobes(set->entries + before->entry_count,
			   set->entry_count - before->entry_count);
	for (i = before->return_count; i < set->return_count; i++)
		mk_probe_check_gone(&set->returns[i]->kp);
	for (i = before->entry_count; i < set->entry_count; i++)
		mk_probe_check_gone(set->entries[i]);
	set->return_count = before->return_count;
	set->entry_count = before->entry_count;
}

#else

static void mk_probes_cut(struct mk_probe_set *set, const struct mk_probe_set *before)
{
}

#endif /* CONFIG_KRETPROBES */

#ifdef CONFIG_TRACEPOINTS

int mk_probe_trace(struct mk_probe_set *set, struct mk_tracepoint *trace)
{
	int error;

	if (set->trace_count == MK_PROBES_MAX)
		return -ENOSPC;
	error = mk_tracepoint_register(trace);
	if (!error)
		set->traces[set->trace_count++] = trace;
	return error;
}

static void mk_traces_cut(struct mk_probe_set *set, const struct mk_probe_set *before)
{
	if (set->trace_count == before->trace_count)
		return;
	while (set->trace_count > before->trace_count)
		mk_tracepoint_unregister(set->traces[--set->trace_count]);
	tracepoint_synchronize_unregister();
}

#else

static void mk_traces_cut(struct mk_probe_set *set, const struct mk_probe_set *before)
{
}

#endif /* CONFIG_TRACEPOINTS */

void mk_probe_set_cut(struct mk_probe_set *set, const struct mk_probe_set *before)
{
	mk_traces_cut(set, before);
	mk_probes_cut(set, before);
}
