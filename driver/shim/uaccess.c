// SPDX-License-Identifier: GPL-2.0-only
/* Copies to and from the memory of the calling process. */
#include <linux/kernel.h>
#include <linux/uaccess.h>

#include "kapi/kapi.h"

int mk_copy_to_user(mk_user to, const void *from, unsigned long bytes)
{
	return copy_to_user(u64_to_user_ptr(to), from, bytes) ? -EFAULT : 0;
}

int mk_copy_from_user(void *to, mk_user from, unsigned long bytes)
{
	return copy_from_user(to, u64_to_user_ptr(from), bytes) ? -EFAULT : 0;
}
