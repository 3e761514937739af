// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sleeping until the core says that there is something.
 *
 * A waker takes the queue's lock even when nobody waits. That orders what it published before
 * against a sleeper or poll() that queues itself and then looks: neither can miss the other.
 */
#include <linux/poll.h>
#include <linux/sched/signal.h>

#include "wait.h"

void mk_wait_init(struct mk_wait *wait)
{
	init_waitqueue_head(mk_wait_queue(wait));
}

void mk_wait_wake(struct mk_wait *wait)
{
	wake_up_interruptible_poll(mk_wait_queue(wait), EPOLLIN | EPOLLRDNORM);
}

int mk_wait_until(struct mk_wait *wait, bool (*ready)(void *argument), void *argument)
{
	return wait_event_interruptible(*mk_wait_queue(wait), ready(argument));
}
