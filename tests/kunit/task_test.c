// SPDX-License-Identifier: GPL-2.0-only
/* The time and the current task, as the kernel's own clocks and credentials say. */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/ktime.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/timekeeping.h>
#include <linux/uidgid.h>

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

static void uid_is_that_of_the_credentials(struct kunit *test)
{
	struct cred *user = prepare_creds();
	const struct cred *before;
	struct mk_task task;

	KUNIT_ASSERT_NOT_NULL(test, user);
	user->uid = KUIDT_INIT(1000);
	before = override_creds(user);
	mk_task_current(&task);
	revert_creds(before);
	put_cred(user);
	KUNIT_EXPECT_EQ(test, task.uid, 1000);
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

static struct kunit_case cases[] = { KUNIT_CASE(times_are_the_kernels),
				     KUNIT_CASE(coarse_time_is_the_kernels),
				     KUNIT_CASE(task_is_the_current_one),
				     KUNIT_CASE(uid_is_that_of_the_credentials),
				     KUNIT_CASE(loading_is_for_cap_sys_module),
				     KUNIT_CASE(holders_are_for_cap_sys_ptrace),
				     {} };

struct kunit_suite mk_task_suite = {
	.name = "modkeeper_task",
	.test_cases = cases,
};
