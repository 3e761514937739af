// SPDX-License-Identifier: GPL-2.0-only
/*
 * Watches what becomes of the module that it is told: which notifications of it come, before, among
 * and after all other listeners, and whether code of a module that needs this one ran.
 */
#include <linux/atomic.h>
#include <linux/export.h>
#include <linux/limits.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/string.h>

#include "mk_watch.h"

static char *name = "";
module_param(name, charp, 0444);
MODULE_PARM_DESC(name, "Module that is watched");

static atomic_t touched;
static atomic_t notified;

static int mk_watch_get(char *to, const struct kernel_param *parameter)
{
	return sysfs_emit(to, "%d\n", atomic_read((atomic_t *)parameter->arg));
}

static const struct kernel_param_ops mk_watch_ops = {
	.get = mk_watch_get,
};
module_param_cb(touched, &mk_watch_ops, &touched, 0444);
module_param_cb(notified, &mk_watch_ops, &notified, 0444);

void mk_watch_touched(void)
{
	atomic_inc(&touched);
}
EXPORT_SYMBOL_GPL(mk_watch_touched);

static int mk_watch_notify(struct notifier_block *block, unsigned long state, void *data)
{
	const struct module *mod = data;

	if (!strcmp(mod->name, name))
		atomic_inc(&notified);
	return NOTIFY_OK;
}

static struct notifier_block mk_watch_blocks[] = {
	{ .notifier_call = mk_watch_notify, .priority = INT_MAX },
	{ .notifier_call = mk_watch_notify, .priority = 0 },
	{ .notifier_call = mk_watch_notify, .priority = INT_MIN },
};

static int __init mk_watch_init(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(mk_watch_blocks); i++)
		register_module_notifier(&mk_watch_blocks[i]);
	return 0;
}
module_init(mk_watch_init);

static void __exit mk_watch_exit(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(mk_watch_blocks); i++)
		unregister_module_notifier(&mk_watch_blocks[i]);
}
module_exit(mk_watch_exit);

MODULE_DESCRIPTION("Test module that watches what becomes of another one");
MODULE_LICENSE("GPL");
