// SPDX-License-Identifier: GPL-2.0-only
/* The current task: its numbers as the initial namespaces see them, its origin and its rights. */
#include <linux/atomic.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/compiler.h>
#include <linux/cred.h>
#include <linux/minmax.h>
#include <linux/mm_types.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/uidgid.h>
#include <linux/user_namespace.h>

#include "kapi/kapi.h"

static_assert(sizeof_field(struct mk_task, comm) == TASK_COMM_LEN);

__u32 mk_cpu_current(void)
{
	return raw_smp_processor_id();
}

/*
 * Whether the current task acts, and not an interrupt on top of it. A probe that is a breakpoint
 * counts as one NMI on x86, in any context.
 */
static bool mk_in_task(void)
{
	return !in_serving_softirq() && hardirq_count() == (in_nmi() ? HARDIRQ_OFFSET : 0);
}

bool mk_in_interrupt(void)
{
	return !in_task();
}

static void mk_task_none(struct mk_task *task)
{
	memset(task, 0, sizeof(*task));
	task->uid = MK_NOBODY;
	task->loginuid = MK_NOBODY;
}

void mk_task_current(struct mk_task *task)
{
	if (!mk_in_task()) {
		mk_task_none(task);
		return;
	}
	task->pid = task_pid_nr(current);
	task->tgid = task_tgid_nr(current);
	/* The kernel's own ids are those of the initial namespace: nothing to look up. */
	task->uid = __kuid_val(current_real_cred()->uid);
	task->loginuid = __kuid_val(audit_get_loginuid(current));
	/* Unlocked: a name that changes meanwhile is torn, and never unterminated. */
	data_race(memcpy(task->comm, current->comm, sizeof(task->comm)));
	task->comm[sizeof(task->comm) - 1] = '\0';
}

/*
 * A process whose parent is a thread of the kernel was started by it: modprobe for a request. What
 * that starts, such as a command in its configuration, works for the same request. The first
 * process is no helper, although the kernel started it. Commands of a configuration are root's and
 * call each other a few deep: a search that goes further ends without one. RCU is held.
 */
static bool mk_is_helper(const struct task_struct *task)
{
	const struct task_struct *parent;
	int depth;

	/* None itself, although others of them started it. */
	if (task->flags & PF_KTHREAD)
		return false;
	for (depth = 0; depth < 32 && !is_global_init((struct task_struct *)task); depth++) {
		parent = rcu_dereference(task->real_parent);
		if (READ_ONCE(parent->flags) & PF_KTHREAD)
			return true;
		task = parent;
	}
	return false;
}

void mk_task_origin(struct mk_origin *origin)
{
	const struct task_struct *parent;

	origin->started_ns = current->group_leader->start_boottime;
	rcu_read_lock();
	parent = rcu_dereference(current->real_parent);
	origin->parent_pid = task_tgid_nr((struct task_struct *)parent);
	origin->helper = mk_is_helper(current);
	/* As above. */
	data_race(strscpy_pad(origin->parent_comm, parent->comm, sizeof(origin->parent_comm)));
	rcu_read_unlock();
}

/* Where it lies, and its length; 0: there is none. */
static long mk_command_area(const void __user **start)
{
	const struct mm_struct *mm = current->mm;
	unsigned long from;

	if (!mm)
		return 0;
	from = READ_ONCE(mm->arg_start);
	*start = (const void __user *)from;
	return READ_ONCE(mm->arg_end) - from;
}

long mk_read_task_command_nofault(char *to, unsigned long bytes)
{
	const void __user *start;
	unsigned long length = mk_command_area(&start);

	if (length && copy_from_user_nofault(to, start, min(length, bytes)))
		return -EFAULT;
	return length;
}

long mk_read_task_command(char *to, unsigned long bytes)
{
	const void __user *start;
	unsigned long length = mk_command_area(&start);

	if (length && copy_from_user(to, start, min(length, bytes)))
		return -EFAULT;
	return length;
}

struct mk_task_identity mk_task_identity(void)
{
	return (struct mk_task_identity){
		.task = current,
		.started_ns = current->start_boottime,
		.pid = task_pid_nr(current),
	};
}

struct mk_task_key mk_task_key(void)
{
	return (struct mk_task_key){ .task = current, .started_ns = current->start_boottime };
}

/* What a task has left to do is done before it is a zombie. */
bool mk_task_lives(const struct mk_task_identity *identity)
{
	const struct task_struct *task;
	bool lives;

	rcu_read_lock();
	task = pid_task(find_pid_ns(identity->pid, &init_pid_ns), PIDTYPE_PID);
	lives = task && task == identity->task && task->start_boottime == identity->started_ns &&
		!READ_ONCE(task->exit_state);
	rcu_read_unlock();
	/* Who sees that it is gone sees all that it wrote. */
	smp_rmb();
	return lives;
}

/* The first thread stays, as a zombie, until the last one has ended. */
bool mk_process_lives(__u32 tgid, __u64 started_ns)
{
	const struct task_struct *first;
	bool lives;

	rcu_read_lock();
	first = pid_task(find_pid_ns(tgid, &init_pid_ns), PIDTYPE_TGID);
	lives = first && first->start_boottime == started_ns &&
		atomic_read(&first->signal->live) > 0;
	rcu_read_unlock();
	return lives;
}

/* Their credentials are those of the first process, for whomever they work. */
static bool mk_in_user_task(void)
{
	return mk_in_task() && !(current->flags & PF_KTHREAD);
}

static bool mk_cred_is_trusted(const struct cred *cred)
{
	return cred->user_ns == &init_user_ns && cap_raised(cred->cap_effective, CAP_SYS_MODULE);
}

bool mk_task_is_trusted(void)
{
	return mk_in_user_task() && mk_cred_is_trusted(current_cred()) &&
	       mk_cred_is_trusted(current_real_cred());
}

bool mk_task_has_cap_module(void)
{
	return cap_raised(current_cred()->cap_effective, CAP_SYS_MODULE);
}

void mk_task_privileges(struct mk_privileges *privileges)
{
	const struct cred *cred = current_cred();

	privileges->kernel_thread = current->flags & PF_KTHREAD;
	privileges->privileged = cred->user_ns == &init_user_ns &&
				 (cap_raised(cred->cap_effective, CAP_SYS_MODULE) ||
				  cap_raised(cred->cap_effective, CAP_SYS_ADMIN) ||
				  cap_raised(cred->cap_effective, CAP_NET_ADMIN));
}

__u32 mk_task_owner(void)
{
	const struct cred *cred = current_real_cred();
	const struct user_namespace *space = cred->user_ns;

	if (!mk_in_user_task())
		return MK_NOBODY;
	if (space == &init_user_ns)
		return __kuid_val(cred->uid);
	while (space->parent != &init_user_ns)
		space = space->parent;
	return __kuid_val(space->owner);
}

bool mk_task_may_load(void)
{
	return capable(CAP_SYS_MODULE);
}

bool mk_task_may_trace(void)
{
	return capable(CAP_SYS_PTRACE);
}
