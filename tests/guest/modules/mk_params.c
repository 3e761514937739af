// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parameters that can be written while it runs: one that takes every number, one that knows better,
 * one that refuses, and one that only root may read.
 */
#include <linux/minmax.h>
#include <linux/module.h>

static int plain = 1;
static int clamped = 1;
static int refusing = 1;
static char *secret = "hunter2";

static int clamped_set(const char *value, const struct kernel_param *parameter)
{
	int error = param_set_int(value, parameter);

	if (!error)
		clamped = clamp(clamped, 0, 100);
	return error;
}

static int refusing_set(const char *value, const struct kernel_param *parameter)
{
	return -ENODEV;
}

static const struct kernel_param_ops clamped_ops = {
	.set = clamped_set,
	.get = param_get_int,
};

static const struct kernel_param_ops refusing_ops = {
	.set = refusing_set,
	.get = param_get_int,
};

module_param(plain, int, 0644);
MODULE_PARM_DESC(plain, "takes every number");
module_param_cb(clamped, &clamped_ops, &clamped, 0644);
__MODULE_PARM_TYPE(clamped, "int");
module_param_cb(refusing, &refusing_ops, &refusing, 0644);
__MODULE_PARM_TYPE(refusing, "int");
module_param(secret, charp, 0600);

static int __init mk_params_init(void)
{
	return 0;
}
module_init(mk_params_init);

static void __exit mk_params_exit(void)
{
}
module_exit(mk_params_exit);

MODULE_DESCRIPTION("Test module whose parameters are written");
MODULE_LICENSE("GPL");
