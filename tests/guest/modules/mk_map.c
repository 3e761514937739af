// SPDX-License-Identifier: GPL-2.0-only
/* A device whose memory can be mapped: a mapping holds the module when the file is closed. */
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>

static unsigned long page;

static int mk_map_mmap(struct file *file, struct vm_area_struct *area)
{
	if (area->vm_end - area->vm_start != PAGE_SIZE)
		return -EINVAL;
	return remap_pfn_range(area, area->vm_start, virt_to_phys((void *)page) >> PAGE_SHIFT,
			       PAGE_SIZE, area->vm_page_prot);
}

static const struct file_operations mk_map_fops = {
	.owner = THIS_MODULE,
	.mmap = mk_map_mmap,
};

static struct miscdevice mk_map_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "mk_map",
	.fops = &mk_map_fops,
};

static int __init mk_map_init(void)
{
	int error;

	page = get_zeroed_page(GFP_KERNEL);
	if (!page)
		return -ENOMEM;
	error = misc_register(&mk_map_device);
	if (error)
		free_page(page);
	return error;
}
module_init(mk_map_init);

static void __exit mk_map_exit(void)
{
	misc_deregister(&mk_map_device);
	free_page(page);
}
module_exit(mk_map_exit);

MODULE_DESCRIPTION("Device whose memory can be mapped");
MODULE_LICENSE("GPL");
