// SPDX-License-Identifier: GPL-2.0-only
/* Waits in its init, as one that talks to a device does. */
#include <linux/delay.h>
#include <linux/module.h>

static int __init mk_sleep_init(void)
{
	usleep_range(2000, 2000);
	return 0;
}
module_init(mk_sleep_init);

static void __exit mk_sleep_exit(void)
{
}
module_exit(mk_sleep_exit);

MODULE_DESCRIPTION("Waits 2 ms");
MODULE_LICENSE("GPL");
