// SPDX-License-Identifier: GPL-2.0-only
/* Copies to and from the memory of the calling process. */
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/string.h>
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

/*
 * In pieces that end where a page does: what lies behind the text need not be there. A text of just
 * @bytes is told from a longer one by the byte behind it.
 */
long mk_peek_user_text(char *to, mk_user from, unsigned long bytes)
{
	unsigned long length = 0, piece;
	const char *end;
	char behind;

	while (length < bytes) {
		piece = min(bytes - length, PAGE_SIZE - offset_in_page(from + length));
		if (copy_from_user_nofault(to + length, u64_to_user_ptr(from + length), piece))
			return -EFAULT;
		end = memchr(to + length, '\0', piece);
		if (end)
			return end - to;
		length += piece;
	}
	if (copy_from_user_nofault(&behind, u64_to_user_ptr(from + length), sizeof(behind)))
		return -EFAULT;
	return behind ? length + 1 : length;
}
