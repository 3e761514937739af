// SPDX-License-Identifier: GPL-2.0-only
/* Namespaces of the current task. */
#include <linux/compiler.h>
#include <linux/cred.h>
#include <linux/ns_common.h>
#include <linux/nsproxy.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/proc_ns.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/user_namespace.h>

#include "kapi/kapi.h"

/* The operations of all mount namespaces; NULL: none was seen yet. */
static const struct proc_ns_operations *mk_mount_operations;

static bool mk_are_of_mounts(const struct proc_ns_operations *operations)
{
	const char *name;
	char start[4] = "";

	if (get_kernel_nofault(name, &operations->name) ||
	    copy_from_kernel_nofault(start, name, sizeof(start)) ||
	    memcmp(start, "mnt", sizeof(start)))
		return false;
	WRITE_ONCE(mk_mount_operations, operations);
	return true;
}

/*
 * The kernel keeps struct mnt_namespace private; what all namespaces have in common comes first in
 * it. Its operations say whether that is so on this kernel. They are a constant of the kernel:
 * those that were right once need not be looked into again.
 */
static __u64 mk_mount_namespace(void)
{
	const struct proc_ns_operations *operations;
	const struct ns_common *common;

	/* It has been left by a task that is about to end. */
	if (!current->nsproxy)
		return 0;
	common = (const struct ns_common *)current->nsproxy->mnt_ns;
	if (get_kernel_nofault(operations, &common->ops))
		return 0;
	if (operations != READ_ONCE(mk_mount_operations) && !mk_are_of_mounts(operations))
		return 0;
	return common->inum;
}

/* The one that the task is in, which its children may be born outside of. */
static const struct pid_namespace *mk_pid_namespace(void)
{
	return ns_of_pid(task_pid(current));
}

void mk_task_namespaces(struct mk_namespaces *namespaces)
{
	const struct user_namespace *user = current_cred()->user_ns;
	const struct pid_namespace *pid = mk_pid_namespace();

	namespaces->user = user->ns.inum;
	namespaces->pid = pid ? pid->ns.inum : 0;
	namespaces->mount = mk_mount_namespace();
	namespaces->is_initial_user = user == &init_user_ns;
	namespaces->is_initial_pid = pid == &init_pid_ns;
}
