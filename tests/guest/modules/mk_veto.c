// SPDX-License-Identifier: GPL-2.0-only
/*
 * Refuses the module that it is told, as a listener of the kernel may.
 */
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/string.h>

static char *name = "";
module_param(name, charp, 0444);
MODULE_PARM_DESC(name, "Module that is refused");

static int mk_veto_notify(struct notifier_block *block, unsigned long state, void *data)
{
	const struct module *mod = data;

	if (state == MODULE_STATE_COMING && !strcmp(mod->name, name))
		return notifier_from_errno(-EACCES);
	return NOTIFY_OK;
}

static struct notifier_block mk_veto_block = {
	.notifier_call = mk_veto_notify,
};

static int __init mk_veto_init(void)
{
	return register_module_notifier(&mk_veto_block);
}
module_init(mk_veto_init);

static void __exit mk_veto_exit(void)
{
	unregister_module_notifier(&mk_veto_block);
}
module_exit(mk_veto_exit);

MODULE_DESCRIPTION("Test module that vetoes another one");
MODULE_LICENSE("GPL");
