// SPDX-License-Identifier: GPL-2.0-only
/*
 * Open files of all processes whose code is in a module.
 *
 * A file that is open holds the module that its operations, its file system or its protocol come
 * from: as long as the table that it is in is locked, their owners can be looked at.
 */
#include <linux/err.h>
#include <linux/fdtable.h>
#include <linux/fs.h>
#include <linux/kdev_t.h>
#include <linux/module.h>
#include <linux/net.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/string.h>

#include "kapi/kapi.h"

struct mk_holder_walk {
	const char *module;
	void (*each)(void *argument, const struct mk_holder *holder);
	void *argument;
	struct mk_holder holder;
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

static int mk_holder_file(const void *argument, struct file *file, unsigned int fd)
{
	struct mk_holder_walk *walk = (void *)argument;
	struct mk_holder *holder = &walk->holder;
	const struct inode *inode = file_inode(file);

	if (!mk_file_is_of(file, walk->module))
		return 0;
	holder->file = (const struct mk_file *)file;
	holder->fd = fd;
	holder->inode = inode->i_ino;
	holder->device_major = MAJOR(inode->i_sb->s_dev);
	holder->device_minor = MINOR(inode->i_sb->s_dev);
	holder->node_major = MAJOR(inode->i_rdev);
	holder->node_minor = MINOR(inode->i_rdev);
	walk->each(walk->argument, holder);
	return 0;
}

void mk_holders_each(const char *module,
		     void (*each)(void *argument, const struct mk_holder *holder), void *argument)
{
	struct mk_holder_walk walk = { .module = module, .each = each, .argument = argument };
	const struct files_struct *seen = NULL;
	struct task_struct *process, *task;

	rcu_read_lock();
	for_each_process_thread(process, task) {
		task_lock(task);
		/* Threads that share their table stand behind one another. */
		if (task->files && task->files != seen) {
			seen = task->files;
			walk.holder.pid = task_pid_nr(task);
			walk.holder.tgid = task_tgid_nr(task);
			strscpy_pad(walk.holder.comm, process->comm, sizeof(walk.holder.comm));
			iterate_fd(task->files, 0, mk_holder_file, &walk);
		}
		task_unlock(task);
	}
	rcu_read_unlock();
}
