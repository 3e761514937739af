// SPDX-License-Identifier: GPL-2.0-only
/* Deferred work: requested in any context, and run a second later in process context. */
#include "shim/kapi/workqueue.h"

#include <linux/compiler.h>
#include <linux/irq_work.h>
#include <linux/workqueue.h>

#include "kapi/core.h"

static void mk_later_work(struct work_struct *work)
{
	mk_core_later();
}

static DECLARE_DELAYED_WORK(mk_later, mk_later_work);

static bool mk_later_stopped;

static void mk_later_start(struct irq_work *work)
{
	if (!READ_ONCE(mk_later_stopped))
		schedule_delayed_work(&mk_later, HZ);
}

/* Timers take locks that a probe may have interrupted. */
static DEFINE_IRQ_WORK(mk_later_starter, mk_later_start);

void mk_call_later(void)
{
	irq_work_queue(&mk_later_starter);
}

/* The work that runs last may ask for more: that is not begun any more, and waited for as well. */
void mk_later_stop(void)
{
	WRITE_ONCE(mk_later_stopped, true);
	irq_work_sync(&mk_later_starter);
	cancel_delayed_work_sync(&mk_later);
	irq_work_sync(&mk_later_starter);
}
