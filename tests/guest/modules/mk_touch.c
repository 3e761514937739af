// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tells mk_watch whenever any of its code runs: a parameter is set, init, exit.
 */
#include <linux/module.h>

#include "mk_watch.h"

static int mk_touch_set(const char *value, const struct kernel_param *parameter)
{
	mk_watch_touched();
	return 0;
}

static const struct kernel_param_ops mk_touch_ops = {
	.set = mk_touch_set,
};
module_param_cb(touch, &mk_touch_ops, NULL, 0);

static int __init mk_touch_init(void)
{
	mk_watch_touched();
	return 0;
}
module_init(mk_touch_init);

static void __exit mk_touch_exit(void)
{
	mk_watch_touched();
}
module_exit(mk_touch_exit);

MODULE_DESCRIPTION("Test module that tells when its code runs");
MODULE_LICENSE("GPL");
