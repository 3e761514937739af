// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sources of the kernel's requests for modules: a tracepoint for the beginning, a probe for the
 * end.
 *
 * The probe is on the function by which request_module() runs its helper, in the same task. A probe
 * on request_module() itself would come between it and its caller, whose name is recorded.
 */
#include <linux/kprobes.h>

#include "kapi/core.h"
#include "probe_set.h"
#include "probes.h"
#include "tracepoint.h"

#ifdef CONFIG_KRETPROBES

static int mk_request_returns(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	mk_core_request_returned();
	return 0;
}

/* At most 50 requests that wait are under way; other helpers are few. */
static struct kretprobe mk_request_probe = {
	.kp.symbol_name = "call_usermodehelper_exec",
	.handler = mk_request_returns,
	.maxactive = 64,
};

int mk_request_probe_start(struct mk_probe_set *set)
{
	return mk_probe_return(set, &mk_request_probe);
}

__u64 mk_request_probe_missed(void)
{
	return mk_probe_missed(&mk_request_probe);
}

#endif /* CONFIG_KRETPROBES */

#ifdef CONFIG_TRACEPOINTS

static void mk_request_made(void *data, char *name, bool wait, unsigned long ip)
{
	mk_core_request_made(name, wait, ip);
}

static struct mk_tracepoint mk_request_trace = {
	.name = "module_request",
	.probe = mk_request_made,
};

int mk_request_trace_start(struct mk_probe_set *set)
{
	return mk_probe_trace(set, &mk_request_trace);
}

#endif /* CONFIG_TRACEPOINTS */
