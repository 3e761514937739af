// SPDX-License-Identifier: GPL-2.0-only
/* As mk_node_zzz: the other leaf. */
#include <linux/module.h>

#include "mk_node.h"

void mk_node_yyy_here(void)
{
}
EXPORT_SYMBOL_GPL(mk_node_yyy_here);

MODULE_DESCRIPTION("Is needed by others");
MODULE_LICENSE("GPL");
