// SPDX-License-Identifier: GPL-2.0-only
/*
 * The one that mk_user needs: cannot be unloaded before it.
 */
#include <linux/module.h>

#include "mk_base.h"

int mk_base_answer(void)
{
	return 42;
}
EXPORT_SYMBOL_GPL(mk_base_answer);

static int __init mk_base_init(void)
{
	return 0;
}
module_init(mk_base_init);

static void __exit mk_base_exit(void)
{
}
module_exit(mk_base_exit);

MODULE_DESCRIPTION("Test module that another one needs");
MODULE_LICENSE("GPL");
MODULE_VERSION("1.2.3");
