// SPDX-License-Identifier: GPL-2.0-only
/* References to open files, their names, and the identity of a file apart from its name. */
#include <linux/dcache.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/kdev_t.h>
#include <linux/path.h>
#include <linux/pid_namespace.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/string.h>

#include "kapi/kapi.h"
#include "shim/kapi/path_lookup.h"

/* What dentry_path() and its like leave at the end of the room belongs at its start. */
static long mk_put_path(const char *path, char *to)
{
	long length;

	if (IS_ERR(path))
		return PTR_ERR(path);
	length = strlen(path);
	memmove(to, path, length);
	return length;
}

void mk_file_get(const struct mk_file *file)
{
	get_file((struct file *)file);
}

void mk_file_put(const struct mk_file *file)
{
	fput((struct file *)file);
}

/*
 * Renames are locked out by a lock that sleeps on PREEMPT_RT. A task that is about to end has no
 * root any more, which paths are relative to.
 */
long mk_file_path(const struct mk_file *file, char *to, unsigned long bytes)
{
	if (!current->fs)
		return -ENOENT;
	return mk_put_path(file_path((struct file *)file, to, bytes), to);
}

/*
 * The directory is not held: dropping a reference may sleep. As in getcwd(), its memory is freed
 * after a grace period of RCU at the earliest. The lock against renames sleeps on PREEMPT_RT.
 */
long mk_task_directory(char *to, unsigned long bytes)
{
	struct path directory;
	long length;

	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		return -EOPNOTSUPP;
	if (!current->fs)
		return -ENOENT;
	rcu_read_lock();
	directory = current->fs->pwd;
	length = mk_put_path(d_path(&directory, to, bytes), to);
	rcu_read_unlock();
	return length;
}

/* Of a task that cannot be freed meanwhile. False: it has none any more. */
static bool mk_get_root(struct task_struct *task, struct path *root)
{
	bool has;

	task_lock(task);
	has = task->fs;
	if (has)
		get_fs_root(task->fs, root);
	task_unlock(task);
	return has;
}

/* A thread of the first process that ends hands its part on to another one. */
static bool mk_get_first_root(struct path *root)
{
	bool has;

	rcu_read_lock();
	has = mk_get_root(READ_ONCE(init_pid_ns.child_reaper), root);
	rcu_read_unlock();
	return has;
}

/* Directories are compared, not mounts, because each mount namespace has its own. */
static void mk_compare_roots(const struct inode *inode, struct mk_file_place *place)
{
	struct path own, first;

	place->other_root = false;
	place->on_root_device = false;
	if (!mk_get_first_root(&first))
		return;
	place->on_root_device = inode->i_sb == first.dentry->d_sb;
	if (mk_get_root(current, &own)) {
		place->other_root = own.dentry != first.dentry;
		path_put(&own);
	}
	path_put(&first);
}

/* Of a task that has left it, as it ends, nobody looks at the paths. */
static const struct mnt_namespace *mk_mounts_of(struct task_struct *task)
{
	const struct mnt_namespace *mounts;

	task_lock(task);
	mounts = task->nsproxy ? task->nsproxy->mnt_ns : NULL;
	task_unlock(task);
	return mounts;
}

/* Compared only: it may be gone when this returns. */
static bool mk_has_other_mounts(void)
{
	const struct mnt_namespace *own = mk_mounts_of(current), *first;

	rcu_read_lock();
	first = mk_mounts_of(READ_ONCE(init_pid_ns.child_reaper));
	rcu_read_unlock();
	return own != first;
}

void mk_file_identify(const struct mk_file *file, struct mk_file_place *place)
{
	const struct inode *inode = file_inode((struct file *)file);

	place->inode = inode->i_ino;
	place->device_major = MAJOR(inode->i_sb->s_dev);
	place->device_minor = MINOR(inode->i_sb->s_dev);
	mk_compare_roots(inode, place);
	place->other_mounts = mk_has_other_mounts();
}

bool mk_file_is_at(const struct mk_file *file, const char *path)
{
	struct path first, found;
	bool is;

	if (!mk_get_first_root(&first))
		return false;
	is = !vfs_path_lookup(first.dentry, first.mnt, path, LOOKUP_NO_XDEV | LOOKUP_NO_SYMLINKS,
			      &found);
	if (is) {
		is = d_inode(found.dentry) == file_inode((struct file *)file);
		path_put(&found);
	}
	path_put(&first);
	return is;
}
