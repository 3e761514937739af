// SPDX-License-Identifier: GPL-2.0-only
/*
 * Read, copy, update. Whoever replaces something waits for an expedited grace period: that is done
 * by hand and rarely, and a person or a boot waits for it. On PREEMPT_RT, and with
 * rcupdate.rcu_normal, the kernel makes an ordinary one of it.
 */
#include <linux/rcupdate.h>

#include "kapi/kapi.h"

/* clang-format off */

void mk_rcu_read_lock(void)
	__acquires(RCU)
{
	rcu_read_lock();
}

void mk_rcu_read_unlock(void)
	__releases(RCU)
{
	rcu_read_unlock();
}

/* clang-format on */

void mk_rcu_synchronize(void)
{
	synchronize_rcu_expedited();
}
