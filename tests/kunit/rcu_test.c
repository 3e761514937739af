// SPDX-License-Identifier: GPL-2.0-only
/* Reading what others may replace: who replaces it waits for all who read. */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kthread.h>

#include "kapi/kapi.h"
#include "suites.h"

struct reading {
	struct completion began;
	struct completion ended;
	bool over;
};

static int read_for_a_while(void *argument)
{
	struct reading *reading = argument;

	mk_rcu_read_lock();
	complete(&reading->began);
	mdelay(20);
	WRITE_ONCE(reading->over, true);
	mk_rcu_read_unlock();
	complete(&reading->ended);
	return 0;
}

static void who_replaces_waits_for_readers(struct kunit *test)
{
	struct reading reading = {};
	struct task_struct *reader;
	bool waited;

	init_completion(&reading.began);
	init_completion(&reading.ended);
	reader = kthread_run(read_for_a_while, &reading, "mk_reader");
	KUNIT_ASSERT_FALSE(test, IS_ERR(reader));
	wait_for_completion(&reading.began);
	mk_rcu_synchronize();
	waited = READ_ONCE(reading.over);
	wait_for_completion(&reading.ended);
	KUNIT_EXPECT_TRUE(test, waited);
}

static void reading_is_counted(struct kunit *test)
{
	bool during;

	mk_rcu_read_lock();
	during = rcu_read_lock_held();
	mk_rcu_read_unlock();
	KUNIT_EXPECT_TRUE(test, during);
	if (IS_ENABLED(CONFIG_DEBUG_LOCK_ALLOC))
		KUNIT_EXPECT_FALSE(test, rcu_read_lock_held());
}

static struct kunit_case cases[] = { KUNIT_CASE(who_replaces_waits_for_readers),
				     KUNIT_CASE(reading_is_counted),
				     {} };

struct kunit_suite mk_rcu_suite = {
	.name = "modkeeper_rcu",
	.test_cases = cases,
};
