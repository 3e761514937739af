// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's module notifier, handed on to the core.
 *
 * First of all listeners, so that a load that one of the others refuses is known to have come so
 * far.
 *
 * Only of COMING an answer may refuse the load, and then the listeners behind us need not hear of
 * the module. Any other answer has no stop bit: that would keep them from it. States that later
 * kernels may add are none of ours.
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
