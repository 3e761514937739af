// SPDX-License-Identifier: GPL-2.0-only
/* The wall's locks keep others out, and leave the context as they found it. */
#include <linux/completion.h>
#include <linux/irqflags.h>
#include <linux/kthread.h>
#include <linux/preempt.h>
#include <linux/sched.h>

#include "kapi/kapi.h"
#include "suites.h"

#define ROUNDS 20

struct counter {
	struct mk_mutex mutex;
	unsigned long value;
	struct completion done;
};

/* Sleeps between reading and writing: without the lock, counts get lost. */
static int count(void *argument)
{
	struct counter *counter = argument;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		unsigned long seen;

		mk_mutex_lock(&counter->mutex);
		seen = READ_ONCE(counter->value);
		schedule_timeout_uninterruptible(1);
		WRITE_ONCE(counter->value, seen + 1);
		mk_mutex_unlock(&counter->mutex);
	}
	complete(&counter->done);
	return 0;
}

static void mutex_excludes(struct kunit *test)
{
	struct counter *counter = kunit_kzalloc(test, sizeof(*counter), GFP_KERNEL);
	int i;

	KUNIT_ASSERT_NOT_NULL(test, counter);
	mk_mutex_init(&counter->mutex);
	init_completion(&counter->done);
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_FALSE(test, IS_ERR(kthread_run(count, counter, "mk-count-%d", i)));
	for (i = 0; i < 3; i++)
		wait_for_completion(&counter->done);

	KUNIT_EXPECT_EQ(test, counter->value, 3 * ROUNDS);
	mk_mutex_destroy(&counter->mutex);
}

static void spinlock_turns_interrupts_off(struct kunit *test)
{
	struct mk_spinlock lock;
	unsigned long flags;
	int before = preempt_count();

	mk_spinlock_init(&lock);
	KUNIT_ASSERT_FALSE(test, irqs_disabled());
	flags = mk_spinlock_lock(&lock);
	/* no expectation inside: it would sleep; not every kernel counts what is held */
	if (!irqs_disabled() || (IS_ENABLED(CONFIG_PREEMPT_COUNT) && !in_atomic())) {
		mk_spinlock_unlock(&lock, flags);
		KUNIT_FAIL(test, "the lock is held in a context that may sleep");
		return;
	}
	mk_spinlock_unlock(&lock, flags);
	KUNIT_EXPECT_FALSE(test, irqs_disabled());
	KUNIT_EXPECT_EQ(test, preempt_count(), before);
}

static void spinlock_leaves_interrupts_off_when_they_were(struct kunit *test)
{
	struct mk_spinlock lock;
	unsigned long outer, flags;
	bool still_off;

	mk_spinlock_init(&lock);
	local_irq_save(outer);
	flags = mk_spinlock_lock(&lock);
	mk_spinlock_unlock(&lock, flags);
	still_off = irqs_disabled();
	local_irq_restore(outer);
	KUNIT_EXPECT_TRUE(test, still_off);
}

static struct kunit_case cases[] = { KUNIT_CASE(mutex_excludes),
				     KUNIT_CASE(spinlock_turns_interrupts_off),
				     KUNIT_CASE(spinlock_leaves_interrupts_off_when_they_were),
				     {} };

struct kunit_suite mk_lock_suite = {
	.name = "modkeeper_lock",
	.test_cases = cases,
};
