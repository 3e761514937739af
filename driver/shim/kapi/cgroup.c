// SPDX-License-Identifier: GPL-2.0-only
/* The control group of the current task. */
#include <linux/cgroup.h>
#include <linux/kernfs.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "kapi/kapi.h"

#ifdef CONFIG_CGROUPS

/*
 * cgroup_path() takes a spin lock that sleeps on PREEMPT_RT, against renames. In the default
 * hierarchy nothing is ever renamed or moved: names stay as long as the group, whose memory is
 * freed after a grace period of RCU, as are those above it. A user to whom a part of the tree is
 * delegated can make it as deep as memory allows, hence from the root down, and no further than
 * there is room.
 */
long mk_task_cgroup(char *to, unsigned long bytes)
{
	const struct cgroup *cgroup, *above;
	unsigned long length = 0, left;
	const char *name;
	int level;

	rcu_read_lock();
	cgroup = rcu_dereference(current->cgroups)->dfl_cgrp;
	for (level = 1; level <= cgroup->level && length <= bytes; level++) {
		above = cgroup->ancestors[level];
		name = (const char __force *)READ_ONCE(above->kn->name);
		if (length < bytes)
			to[length] = '/';
		length++;
		left = bytes - min(bytes, length);
		memcpy(to + bytes - left, name, min(left, strnlen(name, NAME_MAX)));
		length += strnlen(name, NAME_MAX);
	}
	rcu_read_unlock();
	if (!length) {
		to[0] = '/';
		length = 1;
	}
	return length;
}

#else

long mk_task_cgroup(char *to, unsigned long bytes)
{
	return -ENOENT;
}

#endif /* CONFIG_CGROUPS */
