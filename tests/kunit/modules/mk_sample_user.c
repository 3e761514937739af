// SPDX-License-Identifier: GPL-2.0-only
/* A module that needs mk_sample_base, with a parameter of every kind that is told apart. */
#include <linux/init.h>
#include <linux/module.h>

int mk_sample_next(int value);

static int number = 1;
module_param(number, int, 0644);
MODULE_PARM_DESC(number, "a number");

static bool flag;
module_param(flag, bool, 0444);
MODULE_PARM_DESC(flag, "a truth value");

static char *word = "none";
module_param(word, charp, 0);
MODULE_PARM_DESC(word, "a word");

static unsigned long size;
module_param(size, ulong, 0400);
MODULE_PARM_DESC(size, "a size");

static int list[4];
module_param_array(list, int, NULL, 0444);
MODULE_PARM_DESC(list, "up to four numbers");

static int set_odd(const char *text, const struct kernel_param *parameter)
{
	return 0;
}

static const struct kernel_param_ops odd_ops = {
	.set = set_odd,
};

module_param_cb(odd, &odd_ops, NULL, 0600);
MODULE_PARM_DESC(odd, "a kind of its own");

static int __init mk_sample_user_init(void)
{
	number = mk_sample_next(number);
	return 0;
}
module_init(mk_sample_user_init);

static void __exit mk_sample_user_exit(void)
{
}
module_exit(mk_sample_user_exit);

MODULE_DESCRIPTION("Sample that uses a symbol of another");
MODULE_LICENSE("GPL");
MODULE_VERSION("1.2-sample");
