// SPDX-License-Identifier: GPL-2.0-only
/* Takes a reference to mk_base that no list of users shows. */
#include <linux/kernel.h>
#include <linux/module.h>

#include "mk_base.h"

static int __init mk_keeps_init(void)
{
	return symbol_get(mk_base_answer) ? 0 : -ENOENT;
}
module_init(mk_keeps_init);

static void __exit mk_keeps_exit(void)
{
	symbol_put(mk_base_answer);
}
module_exit(mk_keeps_exit);

MODULE_DESCRIPTION("Test module that holds another one");
MODULE_LICENSE("GPL");
