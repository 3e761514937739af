// SPDX-License-Identifier: GPL-2.0-only
/*
 * The first instruction of each of its functions is a fault: it can only be refused.
 */
#include <linux/bug.h>
#include <linux/module.h>

static int mk_trap_set(const char *value, const struct kernel_param *parameter)
{
	BUG();
}

static const struct kernel_param_ops mk_trap_ops = {
	.set = mk_trap_set,
};
module_param_cb(trap, &mk_trap_ops, NULL, 0);

static int __init mk_trap_init(void)
{
	BUG();
}
module_init(mk_trap_init);

static void __exit mk_trap_exit(void)
{
	BUG();
}
module_exit(mk_trap_exit);

MODULE_DESCRIPTION("Test module of which no instruction may run");
MODULE_LICENSE("GPL");
