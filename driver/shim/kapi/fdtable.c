// SPDX-License-Identifier: GPL-2.0-only
/*
 * Open files of all processes that hold a module, and mappings of such files, whose descriptor may
 * be closed.
 *
 * An open file holds the modules of its operations, its device, its file system and its protocol:
 * as long as its table or the memory that maps it is locked, their owners can be examined.
 *
 * A user may have a great many files and threads: the walk uses the numbers of threads and files
 * and addresses, so that it can pause and continue, and holds nothing but a task or its memory for
 * longer than a few files take.
 */
#include <crypto/if_alg.h>
#include <linux/blkdev.h>
#include <linux/bpf.h>
#include <linux/cdev.h>
#include <linux/err.h>
#include <linux/fdtable.h>
#include <linux/fs.h>
#include <linux/kdev_t.h>
#include <linux/magic.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/module.h>
#include <linux/net.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/string.h>
#include <net/inet_connection_sock.h>
#include <net/sock.h>
#include <net/tcp.h>

#include "kapi/kapi.h"

/* Files that are examined before others may have the table and the CPU. */
#define MK_FILES_AT_ONCE 256

struct mk_holder_walk {
	const char *module;
	bool with_devices;
	bool (*each)(void *argument, const struct mk_holder *holder);
	void *argument;
	struct mk_holder_place *place;
	struct mk_holder holder;
	const struct files_struct *table; /* that was gone through last, for this thread: */
	u32 table_pid;
	u32 table_tgid;
	unsigned int looked_at;
	bool stopped; /* by @each */
};

static bool mk_is_owner(const struct module *owner, const char *name)
{
#ifdef BPF_MODULE_OWNER
	if (owner == BPF_MODULE_OWNER) /* no module at all */
		return false;
#endif
	return owner && !strcmp(owner->name, name);
}

/*
 * What a socket uses may be changed meanwhile, and be given back: a module is freed only after a
 * grace period of RCU.
 */
static u32 mk_tcp_references(const struct sock *sk, const char *name)
{
	u32 references = 0;
#ifdef CONFIG_INET
	const struct tcp_congestion_ops *congestion;
	const struct tcp_ulp_ops *upper;

	if (!sk_is_tcp(sk))
		return 0;
	rcu_read_lock();
	congestion = READ_ONCE(inet_csk(sk)->icsk_ca_ops);
	upper = READ_ONCE(inet_csk(sk)->icsk_ulp_ops);
	references += congestion && mk_is_owner(congestion->owner, name);
	references += upper && mk_is_owner(upper->owner, name);
	rcu_read_unlock();
#endif
	return references;
}

/* A socket of the kernel's cryptography that is bound holds the module of its sort of algorithms.
 */
static u32 mk_alg_references(struct sock *sk, const char *name)
{
	const struct af_alg_type *type;
	u32 references;

	if (sk->sk_family != AF_ALG || READ_ONCE(alg_sk(sk)->parent))
		return 0;
	rcu_read_lock();
	type = READ_ONCE(alg_sk(sk)->type);
	references = type && mk_is_owner(type->owner, name);
	rcu_read_unlock();
	return references;
}

/* A socket holds the modules of its family and of its protocol, which may be the same. */
static u32 mk_socket_references(struct file *file, const char *name)
{
	struct socket *socket = sock_from_file(file);
	const struct proto_ops *family = socket ? READ_ONCE(socket->ops) : NULL;
	struct sock *sk = socket ? READ_ONCE(socket->sk) : NULL;
	const struct proto *protocol = sk ? READ_ONCE(sk->sk_prot_creator) : NULL;
	u32 references = family && mk_is_owner(family->owner, name);

	references += protocol && mk_is_owner(protocol->owner, name);
	if (sk)
		references += mk_tcp_references(sk, name) + mk_alg_references(sk, name);
	return references;
}

/* An open device holds the module of its driver, whoever has the operations of its files. */
static u32 mk_device_references(struct file *file, const char *name)
{
	const struct inode *inode = file_inode(file);
	const struct cdev *device;
#ifdef CONFIG_BLOCK
	struct inode *host = file->f_mapping->host;
	const struct gendisk *disk;
#endif

	if (file->f_mode & FMODE_PATH)
		return 0;
	device = S_ISCHR(inode->i_mode) ? READ_ONCE(inode->i_cdev) : NULL;
	if (device)
		return mk_is_owner(device->owner, name);
#ifdef CONFIG_BLOCK
	if (!S_ISBLK(inode->i_mode) || host->i_sb->s_magic != BDEVFS_MAGIC)
		return 0;
	disk = I_BDEV(host)->bd_disk;
	return disk && mk_is_owner(disk->fops->owner, name);
#else
	return 0;
#endif
}

/* How many references to the module an open file has. */
static u32 mk_file_references(struct file *file, const char *name)
{
	return mk_is_owner(file->f_op->owner, name) + mk_device_references(file, name) +
	       mk_socket_references(file, name);
}

/* The file system is held by its mount, whether its files are open or not. */
static bool mk_file_is_on(struct file *file, const char *name)
{
	return mk_is_owner(file_inode(file)->i_sb->s_type->owner, name);
}

/* The device that the file is open as: MK_NODE_NONE for a path only. */
static u32 mk_node_kind_of(const struct file *file)
{
	umode_t mode = file_inode(file)->i_mode;

	if (file->f_mode & FMODE_PATH)
		return MK_NODE_NONE;
	return S_ISCHR(mode) ? MK_NODE_CHARACTER : S_ISBLK(mode) ? MK_NODE_BLOCK : MK_NODE_NONE;
}

/* Whether the file is on a file system that is on a disk. */
static bool mk_file_is_on_disk(const struct file *file)
{
#ifdef CONFIG_BLOCK
	return file_inode(file)->i_sb->s_bdev;
#else
	return false;
#endif
}

/* False: @each wants no more. Files that have nothing to do with the module are not told. */
static bool mk_holder_tell(struct mk_holder_walk *walk, struct file *file, int fd)
{
	struct mk_holder *holder = &walk->holder;
	const struct inode *inode = file_inode(file);

	holder->references = mk_file_references(file, walk->module);
	holder->is_on = fd >= 0 && mk_file_is_on(file, walk->module);
	holder->node_kind = mk_node_kind_of(file);
	if (!holder->references && !holder->is_on &&
	    !(walk->with_devices && (holder->node_kind || mk_file_is_on_disk(file))))
		return true;
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
	if (!mk_holder_tell(walk, file, fd)) {
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
	       walk->table_tgid == task_tgid_nr(task);
}

/* With @task locked. */
static void mk_holder_is(struct mk_holder *holder, struct task_struct *task)
{
	holder->pid = task_pid_nr(task);
	holder->tgid = task_tgid_nr(task);
	strscpy_pad(holder->comm, task->group_leader->comm, sizeof(holder->comm));
}

/* Some of the files of @task; false: these were the last of them. */
static bool mk_holders_of(struct mk_holder_walk *walk, struct task_struct *task)
{
	bool more = false;

	walk->looked_at = 0;
	task_lock(task);
	/* Who still has files has not been waited for, and neither has its process. */
	if (task->files && !mk_table_was_told(walk, task)) {
		mk_holder_is(&walk->holder, task);
		walk->table = task->files;
		walk->table_pid = walk->holder.pid;
		walk->table_tgid = walk->holder.tgid;
		more = iterate_fd(task->files, walk->place->fd, mk_holder_file, walk);
	}
	task_unlock(task);
	return more;
}

/*
 * Some of the mappings of @mm, which is locked. Mappings of one file are usually neighbours.
 * False: these were the last of them.
 */
static bool mk_mappings_in(struct mk_holder_walk *walk, struct mm_struct *mm)
{
	struct vm_area_struct *area = find_vma(mm, walk->place->address);
	const struct file *before = NULL;
	unsigned int looked_at;

	for (looked_at = 0; area && looked_at < MK_FILES_AT_ONCE; looked_at++) {
		struct file *file = area->vm_file;

		walk->place->address = area->vm_start;
		if (file && file != before && !mk_holder_tell(walk, file, -1)) {
			walk->stopped = true;
			return true;
		}
		before = file;
		walk->place->address = area->vm_end;
		area = find_vma(mm, area->vm_end);
	}
	return area;
}

/*
 * The same for @task, whose threads share its memory: the first one stands for all. Memory that
 * somebody has locked, perhaps until a user's file system answers, is left out.
 */
static bool mk_mappings_of(struct mk_holder_walk *walk, struct task_struct *task)
{
	struct mm_struct *mm;
	bool more = false;

	if (task != task->group_leader && READ_ONCE(task->group_leader->mm))
		return false;
	mm = get_task_mm(task);
	if (!mm)
		return false;
	task_lock(task);
	mk_holder_is(&walk->holder, task);
	task_unlock(task);
	if (mmap_read_trylock(mm)) {
		more = mk_mappings_in(walk, mm);
		mmap_read_unlock(mm);
	}
	mmput_async(mm);
	return more;
}

/* The files come first, then the mappings. False: @task has no more. */
static bool mk_holders_next(struct mk_holder_walk *walk, struct task_struct *task)
{
	struct mk_holder_place *place = walk->place;

	if (!place->is_in_memory) {
		place->is_in_memory = !mk_holders_of(walk, task) && !walk->stopped;
		return true;
	}
	if (mk_mappings_of(walk, task))
		return true;
	place->is_in_memory = 0;
	place->address = 0;
	return false;
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

int mk_holders_each(const char *module, bool with_devices, struct mk_holder_place *place,
		    bool (*each)(void *argument, const struct mk_holder *holder), void *argument)
{
	struct mk_holder_walk walk = { .module = module,
				       .with_devices = with_devices,
				       .each = each,
				       .argument = argument,
				       .place = place };
	struct task_struct *task;
	bool more;

	while ((task = mk_task_from(&place->pid))) {
		more = mk_holders_next(&walk, task);
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
