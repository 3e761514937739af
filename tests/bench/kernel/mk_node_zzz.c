// SPDX-License-Identifier: GPL-2.0-only
/* Needs nothing: the end of a chain, a leaf of a tree. */
#include <linux/module.h>

#include "mk_node.h"

void mk_node_zzz_here(void)
{
}
EXPORT_SYMBOL_GPL(mk_node_zzz_here);

MODULE_DESCRIPTION("Is needed by others");
MODULE_LICENSE("GPL");
