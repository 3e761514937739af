// SPDX-License-Identifier: GPL-2.0-only
/* mk_wait_until() ends when its condition is true or a signal came, and not before. */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/sched/signal.h>

#include "kapi/kapi.h"
#include "suites.h"

/* Longer than any machine needs, so that a lost wake-up is a failure and no hang. */
#define PATIENCE (10 * HZ)

struct sleeper {
	struct mk_wait wait;
	bool ready;
	int asked; /* how often the condition was looked at */
	int result;
	struct completion ended;
};

static bool is_ready(void *argument)
{
	struct sleeper *sleeper = argument;

	WRITE_ONCE(sleeper->asked, sleeper->asked + 1);
	/* Pairs with become_ready(). */
	return smp_load_acquire(&sleeper->ready);
}

static void become_ready(struct sleeper *sleeper)
{
	/* Pairs with is_ready(). */
	smp_store_release(&sleeper->ready, true);
	mk_wait_wake(&sleeper->wait);
}

static int sleep_until_ready(void *argument)
{
	struct sleeper *sleeper = argument;

	allow_signal(SIGKILL);
	sleeper->result = mk_wait_until(&sleeper->wait, is_ready, sleeper);
	complete(&sleeper->ended);
	return 0;
}

static struct sleeper *sleeper_create(struct kunit *test)
{
	struct sleeper *sleeper = kunit_kzalloc(test, sizeof(*sleeper), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, sleeper);
	mk_wait_init(&sleeper->wait);
	init_completion(&sleeper->ended);
	sleeper->result = 1;
	return sleeper;
}

/* Is @task off the processor, having looked at the condition @asked times or more? */
static bool falls_asleep(struct sleeper *sleeper, struct task_struct *task, int asked)
{
	unsigned long deadline = jiffies + PATIENCE;

	while (READ_ONCE(sleeper->asked) < asked || task_is_running(task)) {
		if (time_after(jiffies, deadline))
			return false;
		msleep(1);
	}
	return true;
}

static struct task_struct *sleeper_start(struct kunit *test, struct sleeper *sleeper)
{
	struct task_struct *task = kthread_run(sleep_until_ready, sleeper, "mk-sleeper");

	KUNIT_ASSERT_FALSE(test, IS_ERR(task));
	get_task_struct(task);
	return task;
}

static void ready_does_not_sleep(struct kunit *test)
{
	struct sleeper *sleeper = sleeper_create(test);

	sleeper->ready = true;
	KUNIT_EXPECT_EQ(test, mk_wait_until(&sleeper->wait, is_ready, sleeper), 0);
}

static void wake_ends_the_wait(struct kunit *test)
{
	struct sleeper *sleeper = sleeper_create(test);
	struct task_struct *task = sleeper_start(test, sleeper);

	KUNIT_EXPECT_TRUE(test, falls_asleep(sleeper, task, 1));
	become_ready(sleeper);
	KUNIT_EXPECT_NE(test, wait_for_completion_timeout(&sleeper->ended, PATIENCE), 0);
	KUNIT_EXPECT_EQ(test, sleeper->result, 0);
	put_task_struct(task);
}

static void wake_of_the_unready_is_slept_through(struct kunit *test)
{
	struct sleeper *sleeper = sleeper_create(test);
	struct task_struct *task = sleeper_start(test, sleeper);
	int asked;

	KUNIT_EXPECT_TRUE(test, falls_asleep(sleeper, task, 1));
	asked = READ_ONCE(sleeper->asked);
	mk_wait_wake(&sleeper->wait);
	KUNIT_EXPECT_TRUE(test, falls_asleep(sleeper, task, asked + 1));
	KUNIT_EXPECT_FALSE(test, completion_done(&sleeper->ended));

	become_ready(sleeper);
	KUNIT_EXPECT_NE(test, wait_for_completion_timeout(&sleeper->ended, PATIENCE), 0);
	put_task_struct(task);
}

static void wake_reaches_every_sleeper(struct kunit *test)
{
	struct sleeper *sleeper = sleeper_create(test);
	struct task_struct *tasks[3];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tasks); i++)
		tasks[i] = sleeper_start(test, sleeper);
	for (i = 0; i < ARRAY_SIZE(tasks); i++)
		KUNIT_EXPECT_TRUE(test, falls_asleep(sleeper, tasks[i], ARRAY_SIZE(tasks)));
	become_ready(sleeper);
	for (i = 0; i < ARRAY_SIZE(tasks); i++) {
		KUNIT_EXPECT_NE(test, wait_for_completion_timeout(&sleeper->ended, PATIENCE), 0);
		put_task_struct(tasks[i]);
	}
}

static void signal_ends_the_wait(struct kunit *test)
{
	struct sleeper *sleeper = sleeper_create(test);
	struct task_struct *task = sleeper_start(test, sleeper);

	KUNIT_EXPECT_TRUE(test, falls_asleep(sleeper, task, 1));
	send_sig(SIGKILL, task, 1);
	KUNIT_EXPECT_NE(test, wait_for_completion_timeout(&sleeper->ended, PATIENCE), 0);
	KUNIT_EXPECT_EQ(test, sleeper->result, -ERESTARTSYS);
	put_task_struct(task);
}

static struct kunit_case cases[] = { KUNIT_CASE(ready_does_not_sleep),
				     KUNIT_CASE(wake_ends_the_wait),
				     KUNIT_CASE(wake_of_the_unready_is_slept_through),
				     KUNIT_CASE(wake_reaches_every_sleeper),
				     KUNIT_CASE(signal_ends_the_wait),
				     {} };

struct kunit_suite mk_wait_suite = {
	.name = "modkeeper_wait",
	.test_cases = cases,
};
