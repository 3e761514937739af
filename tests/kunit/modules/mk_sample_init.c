// SPDX-License-Identifier: GPL-2.0-only
/* A module whose init ends as its parameter says. */
#include <linux/init.h>
#include <linux/module.h>

static int error;
module_param(error, int, 0444);
MODULE_PARM_DESC(error, "errno that init fails with; 0: it succeeds");

static int __init mk_sample_init_init(void)
{
	return -error;
}
module_init(mk_sample_init_init);

static void __exit mk_sample_init_exit(void)
{
}
module_exit(mk_sample_init_exit);

MODULE_DESCRIPTION("Sample whose init fails on request");
MODULE_LICENSE("GPL");
