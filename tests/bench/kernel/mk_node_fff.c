// SPDX-License-Identifier: GPL-2.0-only
/* Needs two: where a tree forks. */
#include <linux/module.h>

#include "mk_node.h"

void mk_node_fff_here(void)
{
	mk_node_yyy_here();
	mk_node_zzz_here();
}
EXPORT_SYMBOL_GPL(mk_node_fff_here);

MODULE_DESCRIPTION("Is needed by others");
MODULE_LICENSE("GPL");
