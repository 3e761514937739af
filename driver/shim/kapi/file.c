// SPDX-License-Identifier: GPL-2.0-only
/* References to open files, their names, and the identity of a file apart from its name. */
#include <linux/dcache.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/kdev_t.h>
#include <linux/mount.h>
#include <linux/namei.h>
#include <linux/path.h>
#include <linux/pid_namespace.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "kapi/kapi.h"

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

void mk_file_identify(const struct mk_file *file, struct mk_file_place *place)
{
	const struct inode *inode = file_inode((struct file *)file);

	place->inode = inode->i_ino;
	place->device_major = MAJOR(inode->i_sb->s_dev);
	place->device_minor = MINOR(inode->i_sb->s_dev);
	mk_compare_roots(inode, place);
}

/* What is left of a path whose last names were found. */
struct mk_rest {
	const char *path;
	unsigned long length;
};

/* Takes its last name. False: that is another one. */
static bool mk_take_name(struct mk_rest *rest, const struct qstr *name)
{
	unsigned long length = name->len + 1UL;
	const char *last;

	if (length > rest->length)
		return false;
	last = rest->path + rest->length - length;
	if (*last != '/' || memcmp(last + 1, name->name, name->len))
		return false;
	rest->length -= length;
	return true;
}

/*
 * Goes up to @top, which is on the same mount, as long as the names are those of the path.
 * @uncovered: and as long as nothing is mounted on the way. A name and its directory are of one
 * moment, and each step takes a part of the path, so that no rename can make it go on for ever.
 */
static bool mk_climb(const struct path *from, const struct dentry *top, bool uncovered,
		     struct mk_rest *rest)
{
	struct path at = *from;
	struct dentry *parent;
	bool goes_on = true;

	rcu_read_lock();
	while (goes_on && at.dentry != top) {
		spin_lock(&at.dentry->d_lock);
		parent = at.dentry->d_parent;
		goes_on = !IS_ROOT(at.dentry) && mk_take_name(rest, &at.dentry->d_name);
		spin_unlock(&at.dentry->d_lock);
		if (uncovered && path_is_mountpoint(&at))
			goes_on = false;
		at.dentry = parent;
	}
	rcu_read_unlock();
	return goes_on;
}

/* Would a look from the root end there, without leaving its mount? */
static bool mk_is_on_root_mount(const struct path *file, const struct path *root,
				struct mk_rest rest)
{
	const struct path there = { .mnt = root->mnt, .dentry = file->dentry };

	return file->dentry->d_sb == root->dentry->d_sb && !d_unlinked(file->dentry) &&
	       mk_climb(&there, root->dentry, true, &rest) && !rest.length;
}

/* From the root of a mount to where that is mounted. False: nowhere. */
static bool mk_leave_mount(struct path *at)
{
	struct path top = { .mnt = at->mnt, .dentry = at->mnt->mnt_root };

	path_get(&top);
	path_put(at);
	*at = top;
	return follow_up(at);
}

/* Does the way up from the file, by the mounts in which it was opened, end at the root? */
static bool mk_is_below(const struct path *file, const struct path *root, struct mk_rest rest)
{
	struct path at = *file;
	bool goes_on = true;

	path_get(&at);
	while (goes_on && at.mnt != root->mnt)
		goes_on = mk_climb(&at, at.mnt->mnt_root, false, &rest) && mk_leave_mount(&at);
	goes_on = goes_on && mk_climb(&at, root->dentry, false, &rest);
	path_put(&at);
	return goes_on && !rest.length;
}

/* The task's own, in its own mounts, is that of the first process. */
static bool mk_has_root(const struct path *root)
{
	struct path own;
	bool has = false;

	if (mk_get_root(current, &own)) {
		has = path_equal(&own, root);
		path_put(&own);
	}
	return has;
}

/*
 * As that of memory which looks like a file, and has the name that its maker gave it: it is not
 * believed of a task that is elsewhere.
 */
static bool mk_has_made_up_path(const struct path *file)
{
	const struct dentry *dentry = file->dentry;

	return dentry->d_op && dentry->d_op->d_dname &&
	       !(IS_ROOT(dentry) && dentry == file->mnt->mnt_root);
}

/* Without what the kernel puts behind the path of a file that is in no directory any more. */
static void mk_take_deleted(struct mk_rest *rest)
{
	static const char deleted[] = " (deleted)";
	unsigned long length = sizeof(deleted) - 1;

	if (rest->length > length && !memcmp(rest->path + rest->length - length, deleted, length))
		rest->length -= length;
}

/*
 * Nothing is looked up by its name: that would wait for user space where it comes upon an automount
 * or a file system of user space, and a module that comes keeps all others waiting. What is held of
 * the way is all in memory.
 */
bool mk_file_is_at(const struct mk_file *file, const char *path, unsigned long bytes)
{
	const struct path *opened = &((const struct file *)file)->f_path;
	struct mk_rest rest = { .path = path, .length = bytes };
	struct path root;
	bool is;

	if (!mk_get_first_root(&root))
		return false;
	if (mk_has_made_up_path(opened)) {
		is = mk_has_root(&root);
	} else {
		is = mk_is_on_root_mount(opened, &root, rest);
		if (!is && d_unlinked(opened->dentry))
			mk_take_deleted(&rest);
		is = is || mk_is_below(opened, &root, rest);
	}
	path_put(&root);
	return is;
}
