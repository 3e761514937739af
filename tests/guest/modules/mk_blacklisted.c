// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest's kernel is booted with module_blacklist=mk_blacklisted.
 */
#include <linux/module.h>

static int __init mk_blacklisted_init(void)
{
	return 0;
}
module_init(mk_blacklisted_init);

static void __exit mk_blacklisted_exit(void)
{
}
module_exit(mk_blacklisted_exit);

MODULE_DESCRIPTION("Test module that the kernel command line forbids");
MODULE_LICENSE("GPL");
