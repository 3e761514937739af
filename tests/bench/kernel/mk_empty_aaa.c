// SPDX-License-Identifier: GPL-2.0-only
/* Does nothing. */
#include <linux/module.h>

MODULE_DESCRIPTION("Does nothing");
MODULE_LICENSE("GPL");
