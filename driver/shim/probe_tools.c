// SPDX-License-Identifier: GPL-2.0-only
/*
 * Probe on the end of processes: kmod's tools refuse much by themselves, and then the kernel is
 * never asked. At the entry of the function the process still has its memory, where its command
 * line is.
 */
#include <linux/kprobes.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/seccomp.h>

#include "kapi/core.h"
#include "probe_set.h"
#include "probes.h"

#ifdef CONFIG_KRETPROBES

static bool mk_filters_calls(void)
{
#ifdef CONFIG_SECCOMP
	return current->seccomp.mode != SECCOMP_MODE_DISABLED;
#else
	return false;
#endif
}

/* do_group_exit(exit_code): 8 bits of status above a byte for the signal. */
static int mk_process_ends(struct kprobe *probe, struct pt_regs *regs)
{
	unsigned int code = regs_get_kernel_argument(regs, 0);

	if (code)
		mk_core_process_ends(code >> 8 & 0xff, code & 0x7f, mk_filters_calls());
	return 0;
}

static struct kprobe mk_tool_probe = {
	.symbol_name = "do_group_exit",
	.pre_handler = mk_process_ends,
};

int mk_tool_probe_start(struct mk_probe_set *set)
{
	return mk_probe_entry(set, &mk_tool_probe);
}

__u64 mk_tool_probe_missed(void)
{
	return READ_ONCE(mk_tool_probe.nmissed);
}

#endif /* CONFIG_KRETPROBES */
