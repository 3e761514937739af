// SPDX-License-Identifier: GPL-2.0-only
/*
 * Its init fails with the errno that it is told.
 */
#include <linux/module.h>

static int error = ENODEV;
module_param(error, int, 0444);
MODULE_PARM_DESC(error, "errno that init returns");

static int __init mk_fail_init(void)
{
	return -error;
}
module_init(mk_fail_init);

MODULE_DESCRIPTION("Test module whose init fails");
MODULE_LICENSE("GPL");
MODULE_VERSION("0.9-fail");
