// SPDX-License-Identifier: GPL-2.0-only
/*
 * Open files of all processes whose code is in a module.
 *
 * An open file holds the module of its operations, its file system or its protocol: as long as its
 * table is locked, their owners can be examined.
 *
 * A user may have a great many files and threads: the walk uses the numbers of threads and files,
 * so that it can pause and continue, and holds nothing but a task for longer than a few files take.
 */
#include <linux/err.h>
#include <linux/fdtable.h>
#include <linux/fs.h>
#include <linux/kdev_t.h>
#include <linux/module.h>
#include <linux/net.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/string.h>

#include "kapi/kapi.h"

/* Files that are examined before others may have the table and the CPU. */
#define MK_FILES_AT_ONCE 256

struct mk_holder_walk {
	const char *module;
	bool (*each)(void *argument, const struct mk_holder *holder);
	void *argument;
	struct mk_holder_place *place;
	struct mk_holder holder;
	const struct files_struct *table; /* that was gone through last, for this thread: */
	u32 table_pid;
	unsigned int looked_at;
	bool stopped; /* by @each */
};

static bool mk_is_owner(const struct module *owner, const char *name)
{
	return owner && !strcmp(owner->name, name);
}

static bool mk_file_is_of(struct file *file, const char *name)
{
	struct socket *socket = sock_from_file(file);
	const struct proto_ops *protocol = socket ? READ_ONCE(socket->ops) : NULL;

	return mk_is_owner(file->f_op->owner, name) ||
	       mk_is_owner(file_inode(file)->i_sb->s_type->owner, name) ||
	       (protocol && mk_is_owner(protocol->owner, name));
}

static bool mk_holder_tell(struct mk_holder_walk *walk, struct file *file, unsigned int fd)
{
	struct mk_holder *holder = &walk->holder;
	const struct inode *inode = file_inode(file);

	holder->file = (const struct mk_file *)file;
	holder->fd = fd;
	holder->inode = inode->i_ino;
	holder->device_major = MAJOR(inode->i_sb->s_dev);
	holder->device_minor = MINOR(inode->i_sb->s_dev);
	holder->node_major = MAJOR(inode->i_rdev);
	holder->node_minor = MINOR(inode->i_rdev);
	return walk->each(walk->argument, holder);
}

/* Not 0: not further for now. */
static int mk_holder_file(const void *argument, struct file *file, unsigned int fd)
{
	struct mk_holder_walk *walk = (void *)argument;

	walk->place->fd = fd;
	if (mk_file_is_of(file, walk->module) && !mk_holder_tell(walk, file, fd)) {
		walk->stopped = true;
		return 1;
	}
	walk->place->fd = fd + 1;
	return ++walk->looked_at == MK_FILES_AT_ONCE;
}

/*
 * Threads of a process usually share its table: the first one stands for all. With @task locked.
 */
static bool mk_table_was_told(const struct mk_holder_walk *walk, struct task_struct *task)
{
	const struct task_struct *leader = task->group_leader;
	u32 pid = task_pid_nr(task);

	if (task != leader && READ_ONCE(leader->files) == task->files)
		return true;
	return walk->table == task->files && walk->table_pid != pid &&
	       walk->holder.tgid == task_tgid_nr(task);
}

/* Some of the files of @task; false: these were the last of them. */
static bool mk_holders_of(struct mk_holder_walk *walk, struct task_struct *task)
{
	bool more = false;

	walk->looked_at = 0;
	task_lock(task);
	/* Who still has files has not been waited for, and neither has its process. */
	if (task->files && !mk_table_was_told(walk, task)) {
		walk->table = task->files;
		walk->table_pid = task_pid_nr(task);
		walk->holder.pid = walk->table_pid;
		walk->holder.tgid = task_tgid_nr(task);
		strscpy_pad(walk->holder.comm, task->group_leader->comm, sizeof(walk->holder.comm));
		more = iterate_fd(task->files, walk->place->fd, mk_holder_file, walk);
	}
	task_unlock(task);
	return more;
}

/* A reference to the thread with this number or the next higher one; NULL: there is none. */
static struct task_struct *mk_task_from(u32 *number)
{
	struct task_struct *task = NULL;
	struct pid *pid;

	rcu_read_lock();
	do {
		pid = find_ge_pid(*number, &init_pid_ns);
		if (pid) {
			*number = pid_nr(pid);
			task = pid_task(pid, PIDTYPE_PID);
		}
		/* It may be the number of a group that has outlived its first member. */
	} while (pid && !task && ++*number);
	if (task)
		get_task_struct(task);
	rcu_read_unlock();
	return task;
}

int mk_holders_each(const char *module, struct mk_holder_place *place,
		    bool (*each)(void *argument, const struct mk_holder *holder), void *argument)
{
	struct mk_holder_walk walk = {
		.module = module, .each = each, .argument = argument, .place = place
	};
	struct task_struct *task;
	bool more;

	while ((task = mk_task_from(&place->pid))) {
		more = mk_holders_of(&walk, task);
		put_task_struct(task);
		if (walk.stopped)
			return 1;
		if (!more) {
			place->pid++;
			place->fd = 0;
		}
		cond_resched();
		if (fatal_signal_pending(current))
			return -EINTR;
	}
	return 0;
}
