// SPDX-License-Identifier: GPL-2.0-only
/* The time and the current task, as the kernel's own clocks and credentials say. */
#include <linux/capability.h>
#include <linux/cgroup.h>
#include <linux/cred.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/irq_work.h>
#include <linux/irqflags.h>
#include <linux/kernfs.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/namei.h>
#include <linux/ns_common.h>
#include <linux/overflow.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/timekeeping.h>
#include <linux/uidgid.h>
#include <linux/user_namespace.h>

#include "kapi/kapi.h"
#include "suites.h"

static void times_are_the_kernels(struct kunit *test)
{
	u64 boottime = ktime_get_boottime_ns(), realtime = ktime_get_real_ns();
	struct mk_times times = mk_times_now();

	KUNIT_EXPECT_GE(test, times.boottime_ns, boottime);
	KUNIT_EXPECT_LE(test, times.boottime_ns, ktime_get_boottime_ns());
	KUNIT_EXPECT_GE(test, times.realtime_ns, realtime);
	KUNIT_EXPECT_LE(test, times.realtime_ns, ktime_get_real_ns());
}

/* Behind by a tick at the most, or by what no tick came in; never ahead, never back. */
static void coarse_time_is_the_kernels(struct kunit *test)
{
	u64 before = ktime_get_coarse_boottime_ns();
	u64 coarse = mk_boottime_coarse_ns();

	KUNIT_EXPECT_GE(test, coarse, before);
	KUNIT_EXPECT_LE(test, coarse, ktime_get_boottime_ns());
}

static void task_is_the_current_one(struct kunit *test)
{
	char comm[TASK_COMM_LEN];
	struct mk_task task;

	memset(&task, 0xa5, sizeof(task));
	mk_task_current(&task);
	KUNIT_EXPECT_EQ(test, task.pid, task_pid_nr(current));
	KUNIT_EXPECT_EQ(test, task.tgid, task_tgid_nr(current));
	KUNIT_EXPECT_EQ(test, task.uid, 0);
	KUNIT_EXPECT_EQ(test, task.loginuid, (u32)-1);
	KUNIT_EXPECT_LT(test, mk_cpu_current(), nr_cpu_ids);
	KUNIT_EXPECT_STREQ(test, task.comm, get_task_comm(comm, current));
}

static void key_is_that_of_the_identity(struct kunit *test)
{
	struct mk_task_identity identity = mk_task_identity();
	struct mk_task_key key = mk_task_key();

	KUNIT_EXPECT_PTR_EQ(test, key.task, (const void *)current);
	KUNIT_EXPECT_PTR_EQ(test, key.task, identity.task);
	KUNIT_EXPECT_EQ(test, key.started_ns, current->start_boottime);
	KUNIT_EXPECT_EQ(test, key.started_ns, identity.started_ns);
}

/* What a look at the current task says while it seems to be one of user space with @own. */
struct look {
	struct mk_task task;
	bool trusted;
	u32 owner;
	bool interrupt;
};

static struct look look_as(struct cred *own)
{
	const struct cred *before = current->real_cred;
	struct look look;

	/* nobody else sees it so */
	preempt_disable();
	rcu_assign_pointer(current->real_cred, own);
	current->flags &= ~PF_KTHREAD;
	mk_task_current(&look.task);
	look.trusted = mk_task_is_trusted();
	look.owner = mk_task_owner();
	current->flags |= PF_KTHREAD;
	rcu_assign_pointer(current->real_cred, before);
	preempt_enable();
	return look;
}

static void user_is_who_it_is_and_not_who_it_acts_for(struct kunit *test)
{
	struct cred *user = prepare_creds(), *root = prepare_creds();
	const struct cred *before;
	struct look look;

	KUNIT_ASSERT_NOT_NULL(test, user);
	KUNIT_ASSERT_NOT_NULL(test, root);
	KUNIT_EXPECT_TRUE(test, look_as(root).trusted);
	user->uid = KUIDT_INIT(1000);
	cap_clear(user->cap_effective);
	look = look_as(user);
	KUNIT_EXPECT_EQ(test, look.task.uid, 1000);
	KUNIT_EXPECT_EQ(test, look.owner, 1000);
	KUNIT_EXPECT_FALSE(test, look.trusted);
	before = override_creds(user);
	look = look_as(root);
	revert_creds(before);
	KUNIT_EXPECT_EQ(test, look.task.uid, 0);
	KUNIT_EXPECT_FALSE(test, look.trusted);
	put_cred(user);
	put_cred(root);
}

static void owner_of_user_namespaces_is_that_of_the_first(struct kunit *test)
{
	struct user_namespace *first = kunit_kzalloc(test, sizeof(*first), GFP_KERNEL);
	struct user_namespace *second = kunit_kzalloc(test, sizeof(*second), GFP_KERNEL);
	struct cred *user = prepare_creds();
	struct user_namespace *initial;
	struct look look;

	KUNIT_ASSERT_NOT_NULL(test, first);
	KUNIT_ASSERT_NOT_NULL(test, second);
	KUNIT_ASSERT_NOT_NULL(test, user);
	first->parent = &init_user_ns;
	first->owner = KUIDT_INIT(1000);
	second->parent = first;
	second->owner = KUIDT_INIT(100005);
	initial = user->user_ns;
	user->uid = KUIDT_INIT(100006);
	user->user_ns = second;
	look = look_as(user);
	user->user_ns = initial;
	put_cred(user);
	KUNIT_EXPECT_EQ(test, look.owner, 1000);
	KUNIT_EXPECT_EQ(test, look.task.uid, 100006);
	/* it has all capabilities there */
	KUNIT_EXPECT_FALSE(test, look.trusted);
}

/* The test runs in one, with all capabilities. */
static void thread_of_the_kernel_is_anybodys(struct kunit *test)
{
	KUNIT_ASSERT_TRUE(test, current->flags & PF_KTHREAD);
	KUNIT_EXPECT_FALSE(test, mk_task_is_trusted());
	KUNIT_EXPECT_EQ(test, mk_task_owner(), MK_NOBODY);
}

static struct look seen_in_interrupt;

static void look_in_interrupt(struct irq_work *work)
{
	mk_task_current(&seen_in_interrupt.task);
	seen_in_interrupt.trusted = mk_task_is_trusted();
	seen_in_interrupt.owner = mk_task_owner();
	seen_in_interrupt.interrupt = mk_in_interrupt();
}

static void interrupt_is_no_task(struct kunit *test)
{
	struct irq_work work = IRQ_WORK_INIT_HARD(look_in_interrupt);

	seen_in_interrupt =
		(struct look){ .task.pid = 1, .task.comm = "somebody", .trusted = true };
	irq_work_queue(&work);
	irq_work_sync(&work);
	KUNIT_EXPECT_EQ(test, seen_in_interrupt.task.pid, 0);
	KUNIT_EXPECT_EQ(test, seen_in_interrupt.task.tgid, 0);
	KUNIT_EXPECT_EQ(test, seen_in_interrupt.task.uid, MK_NOBODY);
	KUNIT_EXPECT_EQ(test, seen_in_interrupt.task.loginuid, MK_NOBODY);
	KUNIT_EXPECT_STREQ(test, seen_in_interrupt.task.comm, "");
	KUNIT_EXPECT_FALSE(test, seen_in_interrupt.trusted);
	KUNIT_EXPECT_EQ(test, seen_in_interrupt.owner, MK_NOBODY);
	KUNIT_EXPECT_TRUE(test, seen_in_interrupt.interrupt);
	KUNIT_EXPECT_FALSE(test, mk_in_interrupt());
}

/* @may answers yes with just this capability, and no without any. */
static void is_for(struct kunit *test, bool (*may)(void), int capability)
{
	struct cred *user = prepare_creds();
	const struct cred *before;
	bool without, with;

	KUNIT_ASSERT_NOT_NULL(test, user);
	cap_clear(user->cap_effective);
	before = override_creds(user);
	without = may();
	cap_raise(user->cap_effective, capability);
	with = may();
	revert_creds(before);
	put_cred(user);
	KUNIT_EXPECT_FALSE(test, without);
	KUNIT_EXPECT_TRUE(test, with);
}

static void loading_is_for_cap_sys_module(struct kunit *test)
{
	is_for(test, mk_task_may_load, CAP_SYS_MODULE);
}

static void holders_are_for_cap_sys_ptrace(struct kunit *test)
{
	is_for(test, mk_task_may_trace, CAP_SYS_PTRACE);
}

/* What mk_task_origin() says when @parent has started the current task. */
static void look_below(struct task_struct *parent, struct mk_origin *origin)
{
	struct task_struct *before = rcu_access_pointer(current->real_parent);

	rcu_assign_pointer(current->real_parent, parent);
	current->flags &= ~PF_KTHREAD;
	mk_task_origin(origin);
	current->flags |= PF_KTHREAD;
	rcu_assign_pointer(current->real_parent, before);
}

/* @count processes, each started by the next one, and the last of them by a thread of the kernel.
 */
static struct task_struct *family(struct kunit *test, int count)
{
	struct task_struct *above = kunit_kzalloc(test, sizeof(*above), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, above);
	above->flags = PF_KTHREAD;
	while (count--) {
		struct task_struct *one = kunit_kzalloc(test, sizeof(*one), GFP_KERNEL);

		KUNIT_ASSERT_NOT_NULL(test, one);
		one->tgid = 1000 + count;
		snprintf(one->comm, sizeof(one->comm), "parent %d", count);
		rcu_assign_pointer(one->real_parent, above);
		above = one;
	}
	return above;
}

static void origin_is_the_parent(struct kunit *test)
{
	struct mk_origin origin;

	memset(&origin, 0xa5, sizeof(origin));
	mk_task_origin(&origin);
	/* Tests run in a thread of the kernel, and kthreadd has started it. */
	KUNIT_EXPECT_EQ(test, origin.parent_pid, 2);
	KUNIT_EXPECT_STREQ(test, origin.parent_comm, "kthreadd");
	KUNIT_EXPECT_EQ(test, origin.started_ns, current->group_leader->start_boottime);
	look_below(family(test, 1), &origin);
	KUNIT_EXPECT_EQ(test, origin.parent_pid, 1000);
	KUNIT_EXPECT_STREQ(test, origin.parent_comm, "parent 0");
}

static void helper_is_whom_the_kernel_started(struct kunit *test)
{
	struct mk_origin origin;

	look_below(family(test, 0), &origin);
	KUNIT_EXPECT_TRUE(test, origin.helper);
}

/* Commands in modprobe's configuration, a few deep. */
static void helper_is_what_a_helper_starts(struct kunit *test)
{
	struct mk_origin origin;

	look_below(family(test, 1), &origin);
	KUNIT_EXPECT_TRUE(test, origin.helper);
	look_below(family(test, 31), &origin);
	KUNIT_EXPECT_TRUE(test, origin.helper);
	look_below(family(test, 32), &origin);
	KUNIT_EXPECT_FALSE(test, origin.helper);
}

/* The kernel has started it, and it everybody else. */
static void helper_is_not_what_init_starts(struct kunit *test)
{
	struct task_struct *init = family(test, 1), *child;
	struct mk_origin origin;

	init->tgid = 1;
	look_below(init, &origin);
	KUNIT_EXPECT_FALSE(test, origin.helper);
	child = family(test, 1);
	rcu_assign_pointer(child->real_parent, init);
	look_below(child, &origin);
	KUNIT_EXPECT_FALSE(test, origin.helper);
}

static void capability_is_that_of_any_namespace(struct kunit *test)
{
	is_for(test, mk_task_has_cap_module, CAP_SYS_MODULE);
}

/* In the initial user namespace, any of the three makes a task privileged. */
static void privileges_are_those_it_acts_with(struct kunit *test)
{
	static const int enough[] = { CAP_SYS_MODULE, CAP_SYS_ADMIN, CAP_NET_ADMIN };
	struct user_namespace *space = kunit_kzalloc(test, sizeof(*space), GFP_KERNEL);
	struct cred *user = prepare_creds();
	struct mk_privileges seen;
	struct user_namespace *initial;
	const struct cred *before;
	bool as_they_should = true, none, elsewhere;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, space);
	KUNIT_ASSERT_NOT_NULL(test, user);
	mk_task_privileges(&seen);
	KUNIT_EXPECT_TRUE(test, seen.kernel_thread);
	KUNIT_EXPECT_TRUE(test, seen.privileged);
	initial = user->user_ns;
	before = override_creds(user);
	for (i = 0; i < ARRAY_SIZE(enough); i++) {
		cap_clear(user->cap_effective);
		cap_raise(user->cap_effective, enough[i]);
		mk_task_privileges(&seen);
		as_they_should &= seen.privileged;
	}
	user->user_ns = space;
	mk_task_privileges(&seen);
	elsewhere = seen.privileged;
	user->user_ns = initial;
	cap_clear(user->cap_effective);
	cap_raise(user->cap_effective, CAP_SYS_PTRACE);
	mk_task_privileges(&seen);
	none = !seen.privileged;
	revert_creds(before);
	put_cred(user);
	KUNIT_EXPECT_TRUE(test, as_they_should);
	KUNIT_EXPECT_TRUE(test, none);
	KUNIT_EXPECT_FALSE(test, elsewhere);
}

static void namespaces_are_those_of_the_task(struct kunit *test)
{
	struct user_namespace *space = kunit_kzalloc(test, sizeof(*space), GFP_KERNEL);
	struct cred *user = prepare_creds();
	struct user_namespace *initial;
	struct mk_namespaces seen;
	const struct cred *before;
	struct path mount;

	KUNIT_ASSERT_NOT_NULL(test, space);
	KUNIT_ASSERT_NOT_NULL(test, user);
	memset(&seen, 0xa5, sizeof(seen));
	mk_task_namespaces(&seen);
	KUNIT_EXPECT_EQ(test, seen.user, init_user_ns.ns.inum);
	KUNIT_EXPECT_EQ(test, seen.pid, init_pid_ns.ns.inum);
	KUNIT_EXPECT_TRUE(test, seen.is_initial_user);
	KUNIT_EXPECT_TRUE(test, seen.is_initial_pid);
	if (!kern_path("/proc/self/ns/mnt", LOOKUP_FOLLOW, &mount)) {
		KUNIT_EXPECT_EQ(test, seen.mount, d_inode(mount.dentry)->i_ino);
		path_put(&mount);
	}
	space->ns.inum = 4711;
	initial = user->user_ns;
	user->user_ns = space;
	before = override_creds(user);
	mk_task_namespaces(&seen);
	revert_creds(before);
	user->user_ns = initial;
	put_cred(user);
	KUNIT_EXPECT_EQ(test, seen.user, 4711);
	KUNIT_EXPECT_FALSE(test, seen.is_initial_user);
}

/* A group of the default hierarchy with these @names from the root, which has none. */
static struct cgroup *group_named(struct kunit *test, const char *const *names, int count)
{
	struct cgroup *group =
		kunit_kzalloc(test, struct_size(group, ancestors, count + 1), GFP_KERNEL);
	int i;

	KUNIT_ASSERT_NOT_NULL(test, group);
	group->level = count;
	for (i = 0; i < count; i++) {
		struct cgroup *above = kunit_kzalloc(test, sizeof(*above), GFP_KERNEL);
		struct kernfs_node *node = kunit_kzalloc(test, sizeof(*node), GFP_KERNEL);

		KUNIT_ASSERT_NOT_NULL(test, above);
		KUNIT_ASSERT_NOT_NULL(test, node);
		node->name = (const char __force *)names[i];
		above->kn = node;
		group->ancestors[i + 1] = above;
	}
	return group;
}

/* What mk_task_cgroup() says while the current task is in @group. */
static long look_in_group(struct kunit *test, struct cgroup *group, char *to, unsigned long bytes)
{
	struct css_set *set = kunit_kzalloc(test, sizeof(*set), GFP_KERNEL), *before;
	unsigned long flags;
	long length;

	KUNIT_ASSERT_NOT_NULL(test, set);
	set->dfl_cgrp = group;
	before = rcu_access_pointer(current->cgroups);
	/* nobody else sees it there */
	local_irq_save(flags);
	rcu_assign_pointer(current->cgroups, set);
	length = mk_task_cgroup(to, bytes);
	rcu_assign_pointer(current->cgroups, before);
	local_irq_restore(flags);
	return length;
}

static void file_is_at_its_own_path_only(struct kunit *test)
{
	static const char *const elsewhere[] = { "",	 "/",	   "init",   "/ini",
						 "/nit", "//init", "/init/", "/init (deleted)",
						 "/i",	 "/Xinit", "/a/init" };
	struct file *file = filp_open("/init", O_PATH, 0);
	const struct mk_file *at = (const struct mk_file *)file;
	char text[8];
	size_t i;

	KUNIT_ASSERT_FALSE(test, IS_ERR(file));
	KUNIT_EXPECT_EQ(test, mk_file_path(at, text, sizeof(text)), 5);
	KUNIT_EXPECT_TRUE(test, mk_file_is_at(at, text, 5));
	for (i = 0; i < ARRAY_SIZE(elsewhere); i++)
		KUNIT_EXPECT_FALSE_MSG(test, mk_file_is_at(at, elsewhere[i], strlen(elsewhere[i])),
				       "%s", elsewhere[i]);
	KUNIT_EXPECT_EQ(test, mk_file_path(at, text, 5), -ENAMETOOLONG);
	fput(file);
}

static void directory_is_a_path_as_the_task_sees_it(struct kunit *test)
{
	char text[8] = "";

	if (IS_ENABLED(CONFIG_PREEMPT_RT)) {
		KUNIT_EXPECT_EQ(test, mk_task_directory(text, sizeof(text)), -EOPNOTSUPP);
		return;
	}
	KUNIT_EXPECT_EQ(test, mk_task_directory(text, sizeof(text)), 1);
	KUNIT_EXPECT_EQ(test, text[0], '/');
	/* The kernel wants room for a NUL. */
	KUNIT_EXPECT_EQ(test, mk_task_directory(text, 1), -ENAMETOOLONG);
}

static void group_is_a_path_from_the_root(struct kunit *test)
{
	static const char *const names[] = { "system.slice", "foo.service" };
	char text[64] = "";

	KUNIT_EXPECT_EQ(test, mk_task_cgroup(text, sizeof(text)), 1);
	KUNIT_EXPECT_STREQ(test, text, "/");
	KUNIT_EXPECT_EQ(test, look_in_group(test, group_named(test, names, 2), text, sizeof(text)),
			25);
	KUNIT_EXPECT_STREQ(test, text, "/system.slice/foo.service");
}

/* At its end, in the middle of a name and right before a slash, and not one byte too far. */
static void group_is_cut_where_there_is_no_room(struct kunit *test)
{
	static const char *const names[] = { "ab", "cd", "ef", "gh" };
	static const char whole[] = "/ab/cd/ef/gh";
	struct cgroup *group = group_named(test, names, 4);
	unsigned long room;
	char text[16];

	for (room = 1; room < sizeof(text); room++) {
		long length;

		memset(text, '#', sizeof(text));
		length = look_in_group(test, group, text, room);
		if (room < sizeof(whole) - 1)
			KUNIT_EXPECT_GT(test, length, room);
		else
			KUNIT_EXPECT_EQ(test, length, sizeof(whole) - 1);
		KUNIT_EXPECT_EQ(test, memcmp(text, whole, min(room, sizeof(whole) - 1)), 0);
		KUNIT_EXPECT_EQ(test, text[room], '#');
	}
}

static int does_nothing(void *argument)
{
	return 0;
}

static void process_lives_as_long_as_a_thread_of_it(struct kunit *test)
{
	struct task_struct *other;
	struct mk_task task;
	struct mk_origin origin;
	__u64 started_ns;
	__u32 tgid;

	mk_task_current(&task);
	mk_task_origin(&origin);
	KUNIT_EXPECT_TRUE(test, mk_process_lives(task.tgid, origin.started_ns));
	/* The number is used again. */
	KUNIT_EXPECT_FALSE(test, mk_process_lives(task.tgid, origin.started_ns + 1));
	KUNIT_EXPECT_FALSE(test, mk_process_lives(0, origin.started_ns));
	/* A zombie, as long as a reference is held. */
	other = kthread_create(does_nothing, NULL, "mk_other");
	KUNIT_ASSERT_FALSE(test, IS_ERR(other));
	get_task_struct(other);
	tgid = task_tgid_nr(other);
	started_ns = other->start_boottime;
	KUNIT_EXPECT_TRUE(test, mk_process_lives(tgid, started_ns));
	kthread_stop(other);
	KUNIT_EXPECT_FALSE(test, mk_process_lives(tgid, started_ns));
	put_task_struct(other);
}

static struct kunit_case cases[] = { KUNIT_CASE(times_are_the_kernels),
				     KUNIT_CASE(coarse_time_is_the_kernels),
				     KUNIT_CASE(task_is_the_current_one),
				     KUNIT_CASE(key_is_that_of_the_identity),
				     KUNIT_CASE(process_lives_as_long_as_a_thread_of_it),
				     KUNIT_CASE(user_is_who_it_is_and_not_who_it_acts_for),
				     KUNIT_CASE(owner_of_user_namespaces_is_that_of_the_first),
				     KUNIT_CASE(thread_of_the_kernel_is_anybodys),
				     KUNIT_CASE(interrupt_is_no_task),
				     KUNIT_CASE(loading_is_for_cap_sys_module),
				     KUNIT_CASE(holders_are_for_cap_sys_ptrace),
				     KUNIT_CASE(capability_is_that_of_any_namespace),
				     KUNIT_CASE(privileges_are_those_it_acts_with),
				     KUNIT_CASE(namespaces_are_those_of_the_task),
				     KUNIT_CASE(group_is_a_path_from_the_root),
				     KUNIT_CASE(directory_is_a_path_as_the_task_sees_it),
				     KUNIT_CASE(file_is_at_its_own_path_only),
				     KUNIT_CASE(group_is_cut_where_there_is_no_room),
				     KUNIT_CASE(origin_is_the_parent),
				     KUNIT_CASE(helper_is_whom_the_kernel_started),
				     KUNIT_CASE(helper_is_what_a_helper_starts),
				     KUNIT_CASE(helper_is_not_what_init_starts),
				     {} };

struct kunit_suite mk_task_suite = {
	.name = "modkeeper_task",
	.test_cases = cases,
};
