// SPDX-License-Identifier: GPL-2.0-only
/* Sources that this kernel has, and how to turn all of them on and off. */
#include "shim/kapi/printk.h"

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/modkeeper.h>
#include <linux/spinlock.h>

#include "kapi/core.h"
#include "kapi/kapi.h"
#include "probe_set.h"
#include "probes.h"

struct mk_source {
	const char *what;
	const char *lost; /* what is not done without it; NULL: it is not recorded */
	int (*start)(struct mk_probe_set *set);
	void (*ended)(void);
	__u64 (*missed)(void);
	__u64 feature; /* 0: helps another source */
	bool is_function;
	bool is_reference;
	bool started;
};

static struct mk_source mk_sources[] = {
	{
		.what = "requests",
		.lost = "judged: rules of requests have no effect",
		.start = mk_gate_probe_start,
		.ended = mk_gate_probe_ended,
		.missed = mk_gate_probe_missed,
		.feature = MODKEEPER_FEATURE_REQUEST_GATE,
		.is_function = true,
	},
#ifdef CONFIG_KRETPROBES
	{
		.what = "system calls",
		.start = mk_call_probes_start,
		.ended = mk_call_probes_ended,
		.missed = mk_call_probes_missed,
		.feature = MODKEEPER_FEATURE_CALLS,
		.is_function = true,
	},
	{
		.what = "files of modules",
		.start = mk_file_probe_start,
		.missed = mk_file_probe_missed,
		.feature = MODKEEPER_FEATURE_FILES,
		.is_function = true,
	},
	{
		.what = "ends of requests",
		.start = mk_request_probe_start,
		.missed = mk_request_probe_missed,
		.is_function = true,
	},
	{
		.what = "tools that fail by themselves",
		.start = mk_tool_probe_start,
		.missed = mk_tool_probe_missed,
		.feature = MODKEEPER_FEATURE_TOOLS,
		.is_function = true,
	},
	{
		.what = "writes of parameters",
		.start = mk_parameter_probe_start,
		.missed = mk_parameter_probe_missed,
		.feature = MODKEEPER_FEATURE_PARAMETERS,
		.is_function = true,
	},
#endif
#if defined(CONFIG_KRETPROBES) && defined(CONFIG_TRACEPOINTS)
	{
		/* of no use without calls */
		.what = "lines of the kernel's log",
		.start = mk_line_trace_start,
		.feature = MODKEEPER_FEATURE_KERNEL_LINES,
		.is_function = true,
	},
#endif
#ifdef CONFIG_TRACEPOINTS
	{
		.what = "requests",
		.start = mk_request_trace_start,
		.feature = MODKEEPER_FEATURE_REQUESTS,
	},
	{
		.what = "references",
		.start = mk_reference_trace_start,
		.feature = MODKEEPER_FEATURE_REFERENCES,
		.is_reference = true,
	},
#endif
};

static struct mk_probe_set mk_probes;
static struct mk_probe_set mk_without_references;

__u64 mk_probes_register(bool functions, bool references)
{
	struct mk_source *source;
	__u64 features = 0;

	if (IS_ENABLED(CONFIG_KRETPROBES) && functions && !mk_probes_fire()) {
		pr_warn("probes do not fire: calls, files and parameters are not recorded; see kernel.ftrace_enabled and kprobes/enabled in debugfs, then load the driver again\n");
		functions = false;
	}
	for (source = mk_sources; source < mk_sources + ARRAY_SIZE(mk_sources); source++) {
		const struct mk_probe_set before = mk_probes;
		int error;

		if (source->is_reference)
			mk_without_references = before;
		if ((source->is_function && !functions) || (source->is_reference && !references))
			continue;
		error = source->start(&mk_probes);
		if (error) {
			pr_info("%s are not %s on this kernel: error %d\n", source->what,
				source->lost ?: "recorded", error);
			mk_probe_set_cut(&mk_probes, &before);
			if (source->ended)
				source->ended();
			continue;
		}
		source->started = true;
		features |= source->feature;
	}
	return features;
}

/* References are the last source, so that their probes can be removed without the others. */
int mk_references_switch(bool on)
{
	struct mk_source *source = mk_sources + ARRAY_SIZE(mk_sources) - 1;
	int error;

	if (!ARRAY_SIZE(mk_sources) || !source->is_reference)
		return -EOPNOTSUPP;
	if (source->started == on)
		return 0;
	if (!on) {
		mk_core_switch_feature(source->feature, false);
		mk_probe_set_cut(&mk_probes, &mk_without_references);
		source->started = false;
		return 0;
	}
	mk_without_references = mk_probes;
	error = source->start(&mk_probes);
	if (error) {
		pr_warn("%s are not recorded: error %d\n", source->what, error);
		mk_probe_set_cut(&mk_probes, &mk_without_references);
		return error;
	}
	source->started = true;
	mk_core_switch_feature(source->feature, true);
	return 0;
}

void mk_probes_unregister(void)
{
	static const struct mk_probe_set none;
	struct mk_source *source;

	mk_probe_set_cut(&mk_probes, &none);
	for (source = mk_sources; source < mk_sources + ARRAY_SIZE(mk_sources); source++) {
		if (source->started && source->ended)
			source->ended();
		source->started = false;
	}
}

/* The kernel's own counts are int and can be made to wrap; ours cannot. */
__u64 mk_probes_missed(void)
{
	static DEFINE_SPINLOCK(lock);
	const struct mk_source *source;
	static __u64 missed;
	static u32 seen;
	u32 now = 0;

	spin_lock(&lock);
	for (source = mk_sources; source < mk_sources + ARRAY_SIZE(mk_sources); source++) {
		if (source->missed)
			now += source->missed();
	}
	missed += (u32)(now - seen);
	seen = now;
	spin_unlock(&lock);
	return missed;
}
