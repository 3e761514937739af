// SPDX-License-Identifier: GPL-2.0-only
/* Needs one: a link of a chain. */
#include <linux/module.h>

#include "mk_node.h"

void mk_node_lll_here(void)
{
	mk_node_zzz_here();
}
EXPORT_SYMBOL_GPL(mk_node_lll_here);

MODULE_DESCRIPTION("Is needed by others");
MODULE_LICENSE("GPL");
