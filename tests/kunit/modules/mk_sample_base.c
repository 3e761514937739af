// SPDX-License-Identifier: GPL-2.0-only
/* A module that another one needs; no version, and no way to be unloaded by its own exit. */
#include <linux/init.h>
#include <linux/module.h>

static int step = 1;
module_param(step, int, 0444);
MODULE_PARM_DESC(step, "what mk_sample_next() adds");

int mk_sample_next(int value);
int mk_sample_next(int value)
{
	return value + step;
}
EXPORT_SYMBOL_GPL(mk_sample_next);

static int __init mk_sample_base_init(void)
{
	return 0;
}
module_init(mk_sample_base_init);

MODULE_DESCRIPTION("Sample that exports a symbol");
MODULE_LICENSE("GPL");
