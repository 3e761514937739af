// SPDX-License-Identifier: GPL-2.0-only
/*
 * Probes on the system calls that load and unload modules, and on the functions by which a load
 * shows how far it came.
 *
 * Handlers run with preemption off. What takes a mutex is left to the task itself, on its way back
 * to user space.
 */
#include <linux/atomic.h>
#include <linux/kprobes.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/task_work.h>
#include <linux/wait.h>
#include <asm/syscall.h>

#include "kapi/core.h"
#include "probe_set.h"
#include "probes.h"

#ifdef CONFIG_KRETPROBES

/* ---- on the way back to user space -------------------------------------------------- */

static_assert(sizeof(struct callback_head) <= sizeof(struct mk_task_work));

static atomic_t mk_finishing;
static DECLARE_WAIT_QUEUE_HEAD(mk_finished);

static void mk_finish(struct callback_head *head)
{
	mk_core_call_finish((struct mk_task_work *)head);
	if (atomic_dec_and_test(&mk_finishing))
		wake_up(&mk_finished);
}

static void mk_finish_later(struct mk_task_work *work)
{
	struct callback_head *head = (struct callback_head *)work->opaque;

	init_task_work(head, mk_finish);
	atomic_inc(&mk_finishing);
	if (!task_work_add(current, head, TWA_RESUME))
		return;
	mk_core_call_dropped(work);
	if (atomic_dec_and_test(&mk_finishing))
		wake_up(&mk_finished);
}

/* ---- system calls -------------------------------------------------------------------- */

/*
 * Arguments: of finit_module fd, text, flags; of init_module image, length, text. 0: the return is
 * to be seen too; else the probe's memory for it is free again at once.
 */
static int mk_finit_enters(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	unsigned long arguments[6];

	syscall_get_arguments(current, current_pt_regs(), arguments);
	return !mk_core_call_began(MK_CALL_FINIT_MODULE, arguments[2], (mk_user)arguments[1]);
}

static int mk_init_enters(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	unsigned long arguments[6];

	syscall_get_arguments(current, current_pt_regs(), arguments);
	return !mk_core_call_began(MK_CALL_INIT_MODULE, 0, (mk_user)arguments[2]);
}

static int mk_delete_enters(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	unsigned long arguments[6];

	syscall_get_arguments(current, current_pt_regs(), arguments);
	return !mk_core_call_began(MK_CALL_DELETE_MODULE, arguments[1], (mk_user)arguments[0]);
}

static int mk_call_returns(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	struct mk_task_work *work = mk_core_call_returned(regs_return_value(regs));

	if (work)
		mk_finish_later(work);
	return 0;
}

/* The name of a system call's entry in the code differs by architecture and by caller. */
#if defined(CONFIG_X86_64)
#define MK_NATIVE "__x64_sys_"
#elif defined(CONFIG_ARM64)
#define MK_NATIVE "__arm64_sys_"
#elif defined(CONFIG_RISCV)
#define MK_NATIVE "__riscv_sys_"
#else
#define MK_NATIVE "sys_"
#endif

#define MK_CALL(function, enters)                                                                \
	{                                                                                        \
		.kp.symbol_name = function, .entry_handler = enters, .handler = mk_call_returns, \
	}

/* clang-format off */
static struct kretprobe mk_native_calls[] = {
	MK_CALL(MK_NATIVE "finit_module", mk_finit_enters),
	MK_CALL(MK_NATIVE "init_module", mk_init_enters),
	MK_CALL(MK_NATIVE "delete_module", mk_delete_enters),
};

/* Of 32-bit programs. */
static struct kretprobe mk_compat_calls[] = {
#ifdef CONFIG_IA32_EMULATION
	MK_CALL("__ia32_sys_finit_module", mk_finit_enters),
	MK_CALL("__ia32_sys_init_module", mk_init_enters),
	MK_CALL("__ia32_sys_delete_module", mk_delete_enters),
#endif
};

/* clang-format on */

/* ---- steps ---------------------------------------------------------------------------- */

struct mk_step_probe {
	struct kprobe probe;
	enum mk_step step;
	bool optional; /* without it records say less, and nothing wrong */
};

static int mk_step_reached(struct kprobe *probe, struct pt_regs *regs)
{
	mk_core_call_step(container_of(probe, struct mk_step_probe, probe)->step);
	return 0;
}

#define MK_STEP(function, reached, can_miss)                                         \
	{                                                                            \
		.probe.symbol_name = function, .probe.pre_handler = mk_step_reached, \
		.step = reached, .optional = can_miss,                               \
	}

static struct mk_step_probe mk_steps[] = {
	MK_STEP("idempotent_init_module", MK_STEP_ADMITTED, true),
	MK_STEP("module_enforce_rwx_sections", MK_STEP_LAYOUT, true),
	MK_STEP("module_finalize", MK_STEP_LINKED, true),
	MK_STEP("parse_args", MK_STEP_PARAMETERS, false),
	MK_STEP("mod_sysfs_setup", MK_STEP_SYSFS, false),
	MK_STEP("do_init_module", MK_STEP_INIT, false),
};

static int mk_signature_judged(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	mk_core_call_signature((int)regs_return_value(regs));
	return 0;
}

static struct kretprobe mk_signature_probe = {
	.kp.symbol_name = "module_sig_check",
	.handler = mk_signature_judged,
};

/* ---- all of them ---------------------------------------------------------------------- */

static int mk_steps_start(struct mk_probe_set *set)
{
	struct mk_step_probe *step;
	int error;

	for (step = mk_steps; step < mk_steps + ARRAY_SIZE(mk_steps); step++) {
		error = mk_probe_entry(set, &step->probe);
		if (error && !step->optional)
			return error;
	}
	return 0;
}

/* The system calls last: a load is seen with all of its steps, or not at all. */
int mk_call_probes_start(struct mk_probe_set *set)
{
	int error;
	size_t i;

	error = mk_steps_start(set);
	if (error)
		return error;
	/* these may be missing */
	mk_probe_return_of_calls(set, &mk_signature_probe);
	for (i = 0; i < ARRAY_SIZE(mk_compat_calls); i++)
		mk_probe_return_of_calls(set, &mk_compat_calls[i]);
	for (i = 0; i < ARRAY_SIZE(mk_native_calls); i++) {
		error = mk_probe_return_of_calls(set, &mk_native_calls[i]);
		if (error)
			return error;
	}
	return 0;
}

void mk_call_probes_ended(void)
{
	wait_event(mk_finished, !atomic_read(&mk_finishing));
	/* The last of them may still be on its way out of mk_finish(). */
	synchronize_rcu_tasks();
}

__u64 mk_call_probes_missed(void)
{
	const struct mk_step_probe *step;
	__u64 missed = mk_probe_missed(&mk_signature_probe);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(mk_native_calls); i++)
		missed += mk_probe_missed(&mk_native_calls[i]);
	for (i = 0; i < ARRAY_SIZE(mk_compat_calls); i++)
		missed += mk_probe_missed(&mk_compat_calls[i]);
	for (step = mk_steps; step < mk_steps + ARRAY_SIZE(mk_steps); step++)
		missed += READ_ONCE(step->probe.nmissed);
	return missed;
}

#endif /* CONFIG_KRETPROBES */
