// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check whether probes fire. A registered probe may not: the sysctl kernel.ftrace_enabled and
 * kprobes/enabled in debugfs turn all of them off, and registering does not fail then.
 */
#include <linux/compiler.h>
#include <linux/kprobes.h>

#include "probes.h"

#ifdef CONFIG_KRETPROBES

static unsigned int mk_fired;

/* The one that is called has to be the one that is probed. */
static noinline __noclone int mk_probed(int value)
{
	barrier();
	return READ_ONCE(value);
}

static int mk_probed_returns(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	mk_fired++;
	return 0;
}

static struct kretprobe mk_check_probe = {
	.kp.addr = (kprobe_opcode_t *)mk_probed,
	.handler = mk_probed_returns,
	.maxactive = 1,
};

bool mk_probes_fire(void)
{
	struct kretprobe *probe = &mk_check_probe;

	mk_fired = 0;
	if (register_kretprobe(probe))
		return false;
	mk_probed(0);
	unregister_kretprobes(&probe, 1);
	return READ_ONCE(mk_fired);
}

#else

bool mk_probes_fire(void)
{
	return false;
}

#endif /* CONFIG_KRETPROBES */
