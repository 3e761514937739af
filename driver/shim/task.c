// SPDX-License-Identifier: GPL-2.0-only
/* Who is running: numbers as the initial namespaces see them, and one capability. */
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/uidgid.h>
#include <linux/user_namespace.h>

#include "kapi/kapi.h"

static_assert(sizeof_field(struct mk_task, comm) == TASK_COMM_LEN);

void mk_task_current(struct mk_task *task)
{
	task->cpu = raw_smp_processor_id();
	task->pid = task_pid_nr(current);
	task->tgid = task_tgid_nr(current);
	task->uid = from_kuid(&init_user_ns, current_uid());
	task->loginuid = from_kuid(&init_user_ns, audit_get_loginuid(current));
	/* Unlocked: a name that changes meanwhile is torn, and never unterminated. */
	strscpy_pad(task->comm, current->comm, sizeof(task->comm));
}

/* Looking at a list is no use of a privilege: it leaves no trace in the audit log. */
bool mk_task_sees_addresses(void)
{
	return ns_capable_noaudit(&init_user_ns, CAP_SYSLOG);
}
