// SPDX-License-Identifier: GPL-2.0-only
/*
 * Has no exit function: once loaded, it stays.
 */
#include <linux/module.h>

static int __init mk_no_exit_init(void)
{
	return 0;
}
module_init(mk_no_exit_init);

MODULE_DESCRIPTION("Test module that cannot be unloaded");
MODULE_LICENSE("GPL");
