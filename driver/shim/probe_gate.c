// SPDX-License-Identifier: GPL-2.0-only
/*
 * Gate of requests: a probe on the security hook through which each request of the kernel for a
 * module goes, in the task that makes it and before a helper is started. What the core denies makes
 * the hook answer -EACCES without being run, which request_module() hands to its caller.
 *
 * This is the one probe that changes what the kernel does, in the way of the kernel's own
 * fail_function: its handler sets where the task goes on, and returns 1. With a post_handler the
 * kernel does not optimise the probe into a jump, and lets no one else, such as a livepatch,
 * redirect the same function. Whether all of this works is tried first on a function of this
 * module.
 */
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/kprobes.h>
#include <linux/ptrace.h>
#include <linux/rcupdate.h>

#include "kapi/core.h"
#include "probe_set.h"
#include "probes.h"

#if defined(CONFIG_KPROBES) && (defined(CONFIG_X86_64) || defined(CONFIG_ARM64))

#ifdef CONFIG_X86_64

/* Entered in the place of a function, with the stack as that found it. */
static noinline notrace int mk_refuse(void)
{
	return -EACCES;
}

static void mk_leave_refused(struct pt_regs *regs)
{
	instruction_pointer_set(regs, (unsigned long)mk_refuse);
}

#else

static void mk_leave_refused(struct pt_regs *regs)
{
	regs_set_return_value(regs, -EACCES);
	instruction_pointer_set(regs, procedure_link_pointer(regs));
}

#endif
NOKPROBE_SYMBOL(mk_leave_refused);

static void mk_nothing_after(struct kprobe *probe, struct pt_regs *regs, unsigned long flags)
{
}

static int mk_request_comes(struct kprobe *probe, struct pt_regs *regs)
{
	const char *alias = (const char *)regs_get_kernel_argument(regs, 0);

	if (!mk_core_request_comes(alias))
		return 0;
	mk_leave_refused(regs);
	return 1;
}

static struct kprobe mk_gate = {
	.symbol_name = "security_kernel_module_request",
	.pre_handler = mk_request_comes,
	.post_handler = mk_nothing_after,
};

/* ---- the try ---------------------------------------------------------------------------- */

static noinline __noclone int mk_gate_tried(int value)
{
	barrier();
	return READ_ONCE(value);
}

static int mk_gate_refuses(struct kprobe *probe, struct pt_regs *regs)
{
	mk_leave_refused(regs);
	return 1;
}

static bool mk_gate_works(void)
{
	static struct kprobe probe;
	bool works;

	probe = (struct kprobe){
		.addr = (kprobe_opcode_t *)mk_gate_tried,
		.pre_handler = mk_gate_refuses,
		.post_handler = mk_nothing_after,
	};
	if (register_kprobe(&probe))
		return false;
	works = mk_gate_tried(0) == -EACCES;
	unregister_kprobe(&probe);
	return works && mk_gate_tried(0) == 0;
}

int mk_gate_probe_start(struct mk_probe_set *set)
{
	if (!mk_gate_works())
		return -EOPNOTSUPP;
	return mk_probe_entry(set, &mk_gate);
}

/* A task may be on its way through mk_refuse(). */
void mk_gate_probe_ended(void)
{
	synchronize_rcu_tasks();
}

__u64 mk_gate_probe_missed(void)
{
	return READ_ONCE(mk_gate.nmissed);
}

#else

int mk_gate_probe_start(struct mk_probe_set *set)
{
	return -EOPNOTSUPP;
}

void mk_gate_probe_ended(void)
{
}

__u64 mk_gate_probe_missed(void)
{
	return 0;
}

#endif
