// SPDX-License-Identifier: GPL-2.0-only
/*
 * Listener on the kernel's module notifier, which forwards to the core.
 *
 * It runs before all other listeners, so that a load which one of them refuses is known to have
 * come so far.
 *
 * Only the answer to COMING may refuse the load, and then later listeners need not know about the
 * module. Any other answer has no stop bit, which would keep the notification from them. States
 * that later kernels may add are ignored.
 */
#include "notifier.h"

#include <linux/limits.h>
#include <linux/notifier.h>

#include "kapi/core.h"
#include "shim/kapi/module.h"

static int mk_module_notify(struct notifier_block *block, unsigned long state, void *data)
{
	const struct mk_module *module = mk_from_module(data);

	switch (state) {
	case MODULE_STATE_COMING:
		/* NOTIFY_OK of 0 */
		return notifier_from_errno(mk_core_module_coming(module));
	case MODULE_STATE_LIVE:
		mk_core_module_live(module);
		return NOTIFY_OK;
	case MODULE_STATE_GOING:
		mk_core_module_going(module);
		return NOTIFY_OK;
	default:
		return NOTIFY_DONE;
	}
}

static struct notifier_block mk_module_block = {
	.notifier_call = mk_module_notify,
	.priority = INT_MAX,
};

int mk_notifier_register(void)
{
	return register_module_notifier(&mk_module_block);
}

void mk_notifier_unregister(void)
{
	unregister_module_notifier(&mk_module_block);
}
