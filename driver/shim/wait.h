/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's wait queue inside the core's opaque one, for the shims that hand it on. */
#ifndef MODKEEPER_SHIM_WAIT_H
#define MODKEEPER_SHIM_WAIT_H

#include <linux/wait.h>

#include "kapi/kapi.h"

static_assert(sizeof(wait_queue_head_t) <= sizeof(struct mk_wait));
static_assert(__alignof__(wait_queue_head_t) <= __alignof__(struct mk_wait));

static inline wait_queue_head_t *mk_wait_queue(struct mk_wait *wait)
{
	return (wait_queue_head_t *)wait->opaque;
}

#endif /* MODKEEPER_SHIM_WAIT_H */
