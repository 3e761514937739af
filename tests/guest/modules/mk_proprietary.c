// SPDX-License-Identifier: GPL-2.0-only
/*
 * Declares itself proprietary so that it taints the kernel by its licence.
 */
#include <linux/module.h>

static int __init mk_proprietary_init(void)
{
	return 0;
}
module_init(mk_proprietary_init);

static void __exit mk_proprietary_exit(void)
{
}
module_exit(mk_proprietary_exit);

MODULE_DESCRIPTION("Test module that taints by its licence");
MODULE_LICENSE("Proprietary");
