// SPDX-License-Identifier: GPL-2.0-only
/*
 * Worker that sends records to subscribers.
 *
 * It is woken like any reader of the device. Records that come close together go out in one
 * datagram, so that the buffer of a subscriber holds many of them. A subscriber without room for
 * the datagram gets ENOBUFS, and sees from the sequence numbers what it missed. If there is no
 * memory for a datagram, the worker tries again later; a LOST record reports what was overwritten
 * in the meantime.
 */
#include "netlink_sender.h"

#include <linux/modkeeper.h>
#include <linux/sched.h>
#include <linux/workqueue.h>
#include <net/genetlink.h>

#include "kapi/core.h"
#include "netlink.h"
#include "netlink_event.h"
#include "netlink_subscribers.h"
#include "shim/kapi/wait.h"

/* Of records that are taken at once; at least two of the longest. */
#define MK_BURST_BYTES (2 * MODKEEPER_RECORD_MAX)

/* Bursts in one run: a flood must not keep others waiting, nor the end of the worker. */
#define MK_BURSTS_A_RUN 16

/* How long to wait after a failed allocation. */
#define MK_RETRY_MS 100

static struct workqueue_struct *mk_sender_queue;
static bool mk_sender_stopping;

/* Records that were taken, and the offset of the first one that is not sent. The worker's own. */
static struct {
	void *records;
	unsigned long bytes;
	unsigned long at;
} mk_burst;

static const struct modkeeper_record *mk_burst_record(unsigned long at)
{
	return mk_burst.records + at;
}

/* The records up to @end that are not sent, a message for each; NULL: no memory. */
static struct sk_buff *mk_burst_messages(unsigned long end)
{
	const struct modkeeper_record *record;
	struct sk_buff *skb;
	unsigned long at;
	size_t size = 0;
	void *message;

	for (at = mk_burst.at; at < end; at += record->size) {
		record = mk_burst_record(at);
		size += mk_event_message_size(record);
	}
	skb = nlmsg_new(size, GFP_KERNEL | __GFP_NOWARN);
	if (!skb)
		return NULL;
	for (at = mk_burst.at; at < end; at += record->size) {
		record = mk_burst_record(at);
		message = genlmsg_put(skb, 0, 0, &mk_netlink_family, 0, MODKEEPER_CMD_EVENT);
		if (WARN_ON_ONCE(!message || mk_put_event(skb, record))) {
			nlmsg_free(skb);
			return NULL;
		}
		genlmsg_end(skb, message);
	}
	return skb;
}

/* Sends all of it or, where memory is short, one record; false: not even that. */
static bool mk_burst_tell(void)
{
	unsigned long end = mk_burst.bytes;
	struct sk_buff *skb = mk_burst_messages(end);

	if (!skb) {
		end = mk_burst.at + mk_burst_record(mk_burst.at)->size;
		skb = mk_burst_messages(end);
	}
	if (!skb)
		return false;
	mk_subscribers_tell(skb);
	mk_burst.at = end;
	return true;
}

/* Whether there is something to send. */
static bool mk_burst_take(void)
{
	/* What is left over from subscribers who have left is not for those who come. */
	if (mk_burst.at < mk_burst.bytes && mk_events_have_subscribers())
		return true;
	mk_burst.at = 0;
	mk_burst.bytes = mk_core_subscriber_take(mk_burst.records, MK_BURST_BYTES);
	return mk_burst.bytes;
}

static void mk_sender_run(struct work_struct *work)
{
	unsigned long delay = 0;
	unsigned int told;

	for (told = 0; told < MK_BURSTS_A_RUN && !delay; told++) {
		if (READ_ONCE(mk_sender_stopping) || !mk_burst_take())
			return;
		if (!mk_burst_tell())
			delay = msecs_to_jiffies(MK_RETRY_MS);
		cond_resched();
	}
	queue_delayed_work(mk_sender_queue, to_delayed_work(work), delay);
}

static DECLARE_DELAYED_WORK(mk_sender_work, mk_sender_run);

/* Called with the queue's lock held, in any context that may wake readers. */
static int mk_sender_wake(struct wait_queue_entry *entry, unsigned int mode, int flags, void *key)
{
	queue_delayed_work(mk_sender_queue, &mk_sender_work,
			   msecs_to_jiffies(mk_core_subscriber_pause()));
	return 0;
}

static struct wait_queue_entry mk_sender_waiter;

int mk_sender_start(void)
{
	mk_burst.records = mk_memory_alloc(MK_BURST_BYTES);
	mk_sender_queue = alloc_workqueue(KBUILD_MODNAME, WQ_UNBOUND, 1);
	if (!mk_burst.records || !mk_sender_queue) {
		mk_sender_stop();
		return -ENOMEM;
	}
	init_waitqueue_func_entry(&mk_sender_waiter, mk_sender_wake);
	add_wait_queue(mk_wait_queue(mk_core_readers_wait()), &mk_sender_waiter);
	queue_delayed_work(mk_sender_queue, &mk_sender_work, 0);
	return 0;
}

void mk_sender_stop(void)
{
	WRITE_ONCE(mk_sender_stopping, true);
	if (mk_sender_waiter.func)
		remove_wait_queue(mk_wait_queue(mk_core_readers_wait()), &mk_sender_waiter);
	cancel_delayed_work_sync(&mk_sender_work);
	if (mk_sender_queue)
		destroy_workqueue(mk_sender_queue);
	mk_memory_free(mk_burst.records);
}
