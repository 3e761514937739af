// SPDX-License-Identifier: GPL-2.0-only
/* /dev/modkeeper: the file operations, handed on to the core's reader of each open file. */
#include "device.h"

#include <linux/device.h>
#include <linux/fs.h>
#include <linux/kobject.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/personality.h>
#include <linux/poll.h>
#include <linux/vmalloc.h>

#include "kapi/core.h"
#include "shim/kapi/wait.h"

/* A function since 6.3, before which the flags were a field to write to. */
static void mk_flags_clear(struct vm_area_struct *area, unsigned long flags)
{
#ifdef MK_HAVE_VM_FLAGS_CLEAR
	vm_flags_clear(area, flags);
#else
	area->vm_flags &= ~flags;
#endif
}

/* Called with the lock of all misc devices held. */
static int mk_device_open(struct inode *inode, struct file *file)
{
	struct mk_reader *reader;
	int error = mk_core_open(&reader);

	if (error)
		return error;
	file->private_data = reader;
	return 0;
}

static int mk_device_release(struct inode *inode, struct file *file)
{
	mk_core_release(file->private_data);
	return 0;
}

static ssize_t mk_device_read(struct file *file, char __user *to, size_t size, loff_t *offset)
{
	return mk_core_read(file->private_data, to, size, file->f_flags & O_NONBLOCK);
}

static ssize_t mk_device_write(struct file *file, const char __user *from, size_t size,
			       loff_t *offset)
{
	/* The core only reads the data to be written. */
	return mk_core_write(file->private_data, (mk_user)from, size);
}

/* The core's own pages: they cannot be made writable later either. */
static int mk_device_mmap(struct file *file, struct vm_area_struct *area)
{
	void *memory;
	unsigned long bytes = mk_core_mapping((__u64)area->vm_pgoff << PAGE_SHIFT, &memory);

	if (!bytes || area->vm_end - area->vm_start != bytes)
		return -EINVAL;
	if (area->vm_flags & VM_WRITE)
		return -EPERM;
	/*
	 * The kernel adds PROT_EXEC for programs of this personality, to every readable mapping.
	 */
	if ((area->vm_flags & VM_EXEC) && !(current->personality & READ_IMPLIES_EXEC))
		return -EPERM;
	mk_flags_clear(area, VM_MAYWRITE | VM_MAYEXEC | VM_EXEC);
	area->vm_page_prot = vm_get_page_prot(area->vm_flags);
	return remap_vmalloc_range(area, memory, 0);
}

static __poll_t mk_device_poll(struct file *file, struct poll_table_struct *table)
{
	poll_wait(file, mk_wait_queue(mk_core_readers_wait()), table);
	return mk_core_readable(file->private_data) ? EPOLLIN | EPOLLRDNORM : 0;
}

static loff_t mk_device_seek(struct file *file, loff_t offset, int whence)
{
	return mk_core_seek(file->private_data, offset, whence);
}

static long mk_device_ioctl(struct file *file, unsigned int request, unsigned long argument)
{
	return mk_core_ioctl(file->private_data, request, (mk_user)argument);
}

static const struct file_operations mk_device_operations = {
	.owner = THIS_MODULE,
	.open = mk_device_open,
	.release = mk_device_release,
	.read = mk_device_read,
	.write = mk_device_write,
	.mmap = mk_device_mmap,
	.poll = mk_device_poll,
	.llseek = mk_device_seek,
	.unlocked_ioctl = mk_device_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

/* Without operations, as at first, the kernel refuses to open it and takes nothing of the module.
 */
static struct miscdevice mk_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = KBUILD_MODNAME,
	.mode = 0640,
};

int mk_device_register(void)
{
	return misc_register(&mk_device);
}

/* Programs that saw the first uevent may have failed to open it: send another one. */
void mk_device_allow(void)
{
	/* misc_open() reads it, then takes a reference, which orders: openers see all of init. */
	smp_store_release(&mk_device.fops, &mk_device_operations);
	kobject_uevent(&mk_device.this_device->kobj, KOBJ_ADD);
}

void mk_device_unregister(void)
{
	misc_deregister(&mk_device);
}
