/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's wait queue inside the core's opaque one, for the shims that hand it on. */
#ifndef MODKEEPER_SHIM_WAIT_H
#define MODKEEPER_SHIM_WAIT_H

#include <linux/irq_work.h>
#include <linux/wait.h>

#include "kapi/kapi.h"

/* What lies in a struct mk_wait. */
struct mk_wait_room {
	wait_queue_head_t queue;
	struct irq_work waker;
};

static_assert(sizeof(struct mk_wait_room) <= sizeof(struct mk_wait));
static_assert(__alignof__(struct mk_wait_room) <= __alignof__(struct mk_wait));

/**
 * mk_wait_room() - Find what lies in a wait queue of the core.
 * @wait: the queue
 *
 * Context: Any context.
 * Return: its contents.
 */
static inline struct mk_wait_room *mk_wait_room(struct mk_wait *wait)
{
	return (struct mk_wait_room *)wait->opaque;
}

/**
 * mk_wait_queue() - Find the kernel's wait queue in one of the core.
 * @wait: the queue
 *
 * Context: Any context.
 * Return: the kernel's.
 */
static inline wait_queue_head_t *mk_wait_queue(struct mk_wait *wait)
{
	return &mk_wait_room(wait)->queue;
}

#endif /* MODKEEPER_SHIM_WAIT_H */
