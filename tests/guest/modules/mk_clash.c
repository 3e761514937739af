// SPDX-License-Identifier: GPL-2.0-only
/*
 * Its init registers one thing of a name or number that mk_clash_too registers too, so that the
 * second of them fails as the kernel has it fail.
 */
#include <linux/blkdev.h>
#include <linux/cdev.h>
#include <linux/debugfs.h>
#include <linux/device/bus.h>
#include <linux/device/class.h>
#include <linux/fs.h>
#include <linux/interrupt.h>
#include <linux/ioport.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/net.h>
#include <linux/platform_device.h>
#include <linux/proc_fs.h>
#include <linux/slab.h>
#include <linux/version.h>

#define NAME "mk_clash"

static char *kind = "proc";
module_param(kind, charp, 0444);
MODULE_PARM_DESC(kind, "what to register");

struct thing {
	const char *kind;
	int (*take)(void);
	void (*give)(void);
};

static const struct proc_ops proc_file;

static int take_proc(void)
{
	return proc_create(NAME, 0, NULL, &proc_file) ? 0 : -ENOMEM;
}

static void give_proc(void)
{
	remove_proc_entry(NAME, NULL);
}

static struct dentry *directory;

static int take_debugfs(void)
{
	directory = debugfs_create_dir(NAME, NULL);
	return PTR_ERR_OR_ZERO(directory);
}

static void give_debugfs(void)
{
	debugfs_remove(directory);
}

static struct class *class;

static int take_class(void)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
	class = class_create(NAME);
#else
	class = class_create(THIS_MODULE, NAME);
#endif
	return PTR_ERR_OR_ZERO(class);
}

static void give_class(void)
{
	class_destroy(class);
}

static const struct file_operations file = { .owner = THIS_MODULE };
static struct miscdevice misc = { .minor = MISC_DYNAMIC_MINOR, .name = NAME, .fops = &file };

static int take_misc(void)
{
	return misc_register(&misc);
}

static void give_misc(void)
{
	misc_deregister(&misc);
}

enum {
	a_major = 240,
	no_major = 100000,
	an_interrupt = 8
};

static int take_major(void)
{
	return register_chrdev(a_major, NAME, &file);
}

static void give_major(void)
{
	unregister_chrdev(a_major, NAME);
}

static int take_no_major(void)
{
	return register_chrdev(no_major, NAME, &file);
}

static void give_no_major(void)
{
	unregister_chrdev(no_major, NAME);
}

static int take_disk(void)
{
	return register_blkdev(a_major, NAME);
}

static void give_disk(void)
{
	unregister_blkdev(a_major, NAME);
}

static struct file_system_type file_system = { .owner = THIS_MODULE, .name = NAME };

static int take_fs(void)
{
	return register_filesystem(&file_system);
}

static void give_fs(void)
{
	unregister_filesystem(&file_system);
}

static const struct net_proto_family family = { .family = PF_ECONET, .owner = THIS_MODULE };

static int take_family(void)
{
	return sock_register(&family);
}

static void give_family(void)
{
	sock_unregister(PF_ECONET);
}

static struct platform_driver driver = { .driver = { .name = NAME } };

static int take_driver(void)
{
	return platform_driver_register(&driver);
}

static void give_driver(void)
{
	platform_driver_unregister(&driver);
}

static struct bus_type bus = { .name = NAME };

static int take_bus(void)
{
	return bus_register(&bus);
}

static void give_bus(void)
{
	bus_unregister(&bus);
}

static int take_ports(void)
{
	return request_region(0x2f0, 8, NAME) ? 0 : -EBUSY;
}

static void give_ports(void)
{
	release_region(0x2f0, 8);
}

static irqreturn_t nothing(int irq, void *data)
{
	return IRQ_NONE;
}

/* That of the clock. */
static int take_interrupt(void)
{
	return request_irq(an_interrupt, nothing, 0, NAME, NULL);
}

static void give_interrupt(void)
{
	free_irq(an_interrupt, NULL);
}

static const struct thing things[] = {
	{ "proc", take_proc, give_proc },
	{ "debugfs", take_debugfs, give_debugfs },
	{ "class", take_class, give_class },
	{ "misc", take_misc, give_misc },
	{ "major", take_major, give_major },
	{ "no-major", take_no_major, give_no_major },
	{ "disk", take_disk, give_disk },
	{ "fs", take_fs, give_fs },
	{ "family", take_family, give_family },
	{ "driver", take_driver, give_driver },
	{ "bus", take_bus, give_bus },
	{ "ports", take_ports, give_ports },
	{ "interrupt", take_interrupt, give_interrupt },
};

static const struct thing *taken;

static int __init mk_clash_init(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(things); i++)
		if (strcmp(things[i].kind, kind) == 0)
			taken = &things[i];
	return taken ? taken->take() : -EINVAL;
}
module_init(mk_clash_init);

static void __exit mk_clash_exit(void)
{
	taken->give();
}
module_exit(mk_clash_exit);

MODULE_DESCRIPTION("Test module that takes a name or a number");
MODULE_LICENSE("GPL");
