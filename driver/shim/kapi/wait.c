// SPDX-License-Identifier: GPL-2.0-only
/*
 * Wait queues, on which readers sleep until the core has something for them.
 *
 * A waker takes the queue's lock even if nobody waits. That orders its earlier writes against a
 * sleeper or poll() that queues itself and then checks: neither can miss the other.
 */
#include <linux/poll.h>
#include <linux/sched/signal.h>

#include "shim/kapi/wait.h"

static void mk_wake(struct mk_wait_room *room)
{
	wake_up_interruptible_poll(&room->queue, EPOLLIN | EPOLLRDNORM);
}

static void mk_wake_work(struct irq_work *work)
{
	mk_wake(container_of(work, struct mk_wait_room, waker));
}

void mk_wait_init(struct mk_wait *wait)
{
	struct mk_wait_room *room = mk_wait_room(wait);

	init_waitqueue_head(&room->queue);
	init_irq_work(&room->waker, mk_wake_work);
}

void mk_wait_destroy(struct mk_wait *wait)
{
	irq_work_sync(&mk_wait_room(wait)->waker);
}

void mk_wait_wake(struct mk_wait *wait)
{
	mk_wake(mk_wait_room(wait));
}

/* The queue's lock sleeps on PREEMPT_RT, and may be held by who is interrupted elsewhere. */
void mk_wait_wake_soon(struct mk_wait *wait)
{
	irq_work_queue(&mk_wait_room(wait)->waker);
}

int mk_task_yield(void)
{
	cond_resched();
	return signal_pending(current) ? -ERESTARTSYS : 0;
}

int mk_wait_until(struct mk_wait *wait, bool (*ready)(void *argument), void *argument)
{
	return wait_event_interruptible(*mk_wait_queue(wait), ready(argument));
}
