// SPDX-License-Identifier: GPL-2.0-only
/*
 * The multicast group "events", told of what is recorded.
 *
 * Woken like any reader of the device. What comes within a moment goes out in one datagram, so that
 * the buffer of a listener holds many events; what finds no room there is ENOBUFS for that
 * listener, who sees from the sequence numbers what it missed.
 */
#include "netlink_group.h"

#include <linux/modkeeper.h>
#include <linux/workqueue.h>
#include <net/genetlink.h>

#include "kapi/core.h"
#include "netlink.h"
#include "netlink_event.h"
#include "wait.h"

/* Of records that are sent at once; at least two of the longest. */
#define MK_BURST_BYTES (2 * MODKEEPER_RECORD_MAX)

static struct workqueue_struct *mk_group_queue;
static void *mk_burst;

bool mk_group_has_listeners(void)
{
	return genl_has_listeners(&mk_netlink_family, &init_net, 0);
}

static struct sk_buff *mk_burst_message(unsigned long bytes)
{
	const struct modkeeper_record *record;
	struct sk_buff *skb;
	unsigned long at;
	size_t size = 0;
	void *message;

	for (at = 0; at < bytes; at += record->size) {
		record = mk_burst + at;
		size += mk_event_message_size(record);
	}
	skb = nlmsg_new(size, GFP_KERNEL);
	if (!skb)
		return NULL;
	for (at = 0; at < bytes; at += record->size) {
		record = mk_burst + at;
		message = genlmsg_put(skb, 0, 0, &mk_netlink_family, 0, MODKEEPER_CMD_EVENT);
		if (!message || mk_put_event(skb, record)) {
			nlmsg_free(skb);
			return NULL;
		}
		genlmsg_end(skb, message);
	}
	return skb;
}

static void mk_group_tell(struct work_struct *work)
{
	unsigned long bytes;

	while ((bytes = mk_core_relay_take(mk_burst, MK_BURST_BYTES))) {
		struct sk_buff *skb = mk_burst_message(bytes);

		/* Without memory for it the sequence numbers say that something is missing. */
		if (skb)
			genlmsg_multicast(&mk_netlink_family, skb, 0, 0, GFP_KERNEL);
	}
}

static DECLARE_DELAYED_WORK(mk_group_work, mk_group_tell);

/* Called with the queue's lock held, in any context that may wake readers. */
static int mk_group_wake(struct wait_queue_entry *entry, unsigned int mode, int flags, void *key)
{
	queue_delayed_work(mk_group_queue, &mk_group_work, msecs_to_jiffies(mk_core_relay_pause()));
	return 0;
}

static struct wait_queue_entry mk_group_waiter;

int mk_group_start(void)
{
	mk_burst = mk_memory_alloc(MK_BURST_BYTES);
	mk_group_queue = alloc_workqueue(KBUILD_MODNAME, WQ_UNBOUND, 1);
	if (!mk_burst || !mk_group_queue) {
		mk_group_stop();
		return -ENOMEM;
	}
	init_waitqueue_func_entry(&mk_group_waiter, mk_group_wake);
	add_wait_queue(mk_wait_queue(mk_core_readers_wait()), &mk_group_waiter);
	queue_delayed_work(mk_group_queue, &mk_group_work, 0);
	return 0;
}

void mk_group_stop(void)
{
	if (mk_group_waiter.func)
		remove_wait_queue(mk_wait_queue(mk_core_readers_wait()), &mk_group_waiter);
	mk_group_waiter.func = NULL;
	cancel_delayed_work_sync(&mk_group_work);
	if (mk_group_queue)
		destroy_workqueue(mk_group_queue);
	mk_group_queue = NULL;
	mk_memory_free(mk_burst);
	mk_burst = NULL;
}
