// SPDX-License-Identifier: GPL-2.0-only
/*
 * Needs mk_base, and can be held by an open /dev/mk_user.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>

#include "mk_base.h"

static const struct file_operations mk_user_fops = {
	.owner = THIS_MODULE,
};

static struct miscdevice mk_user_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "mk_user",
	.fops = &mk_user_fops,
};

static int __init mk_user_init(void)
{
	if (mk_base_answer() != 42)
		return -EINVAL;
	return misc_register(&mk_user_device);
}
module_init(mk_user_init);

static void __exit mk_user_exit(void)
{
	misc_deregister(&mk_user_device);
}
module_exit(mk_user_exit);

MODULE_DESCRIPTION("Test module that needs another one and can be held open");
MODULE_LICENSE("GPL");
MODULE_ALIAS("mk-test-alias");
/* what MODULE_WEAKDEP() makes on kernels that have it */
MODULE_INFO(weakdep, "mk_types crypto-crc32c");
