// SPDX-License-Identifier: GPL-2.0-only
/*
 * Its init and its exit take as long as they are told.
 */
#include <linux/delay.h>
#include <linux/module.h>

static uint ms;
module_param(ms, uint, 0444);
MODULE_PARM_DESC(ms, "milliseconds that init sleeps");

static uint exit_ms;
module_param(exit_ms, uint, 0644);
MODULE_PARM_DESC(exit_ms, "milliseconds that exit sleeps");

static int __init mk_slow_init(void)
{
	msleep(ms);
	return 0;
}
module_init(mk_slow_init);

static void __exit mk_slow_exit(void)
{
	msleep(exit_ms);
}
module_exit(mk_slow_exit);

MODULE_DESCRIPTION("Test module that takes its time");
MODULE_LICENSE("GPL");
