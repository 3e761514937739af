// SPDX-License-Identifier: GPL-2.0-only
/* The driver of their own that readers of the manual pages are taken to have. */
#include <linux/module.h>

static bool debug;
module_param(debug, bool, 0644);
MODULE_PARM_DESC(debug, "Tell more");

static int __init mydriver_init(void)
{
	pr_warn("mydriver: debug is %s\n", debug ? "on" : "off");
	return 0;
}
module_init(mydriver_init);

static void __exit mydriver_exit(void)
{
}
module_exit(mydriver_exit);

MODULE_DESCRIPTION("Test module that the examples of the manual are about");
MODULE_LICENSE("GPL");
