// SPDX-License-Identifier: GPL-2.0-only
/* Copies to and from the memory of the calling process. */
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "kapi/kapi.h"

int mk_copy_to_user(mk_user to, const void *from, unsigned long bytes)
{
	return copy_to_user(to, from, bytes) ? -EFAULT : 0;
}

int mk_copy_racing_to_user(mk_user to, const void *from, unsigned long bytes)
{
	/* A writer of the ring may be at these bytes; the core discards them then. */
	return data_race(copy_to_user(to, from, bytes)) ? -EFAULT : 0;
}

int mk_copy_from_user(void *to, mk_user from, unsigned long bytes)
{
	return copy_from_user(to, from, bytes) ? -EFAULT : 0;
}

static unsigned long mk_copy_text(void *to, mk_user from, unsigned long bytes, bool may_sleep)
{
	return may_sleep ? copy_from_user(to, from, bytes)
			 : copy_from_user_nofault(to, from, bytes);
}

/*
 * In pieces that end at page boundaries: memory after the text need not exist. The byte after a
 * text of just @bytes tells it from a longer one.
 */
static long mk_user_text(char *to, mk_user from, unsigned long bytes, bool may_sleep)
{
	unsigned long length = 0, piece;
	const char *end;
	char behind;

	while (length < bytes) {
		piece = min(bytes - length,
			    PAGE_SIZE - offset_in_page((__force unsigned long)from + length));
		if (mk_copy_text(to + length, from + length, piece, may_sleep))
			return -EFAULT;
		end = memchr(to + length, '\0', piece);
		if (end)
			return end - to;
		length += piece;
	}
	if (mk_copy_text(&behind, from + length, sizeof(behind), may_sleep))
		return -EFAULT;
	return behind ? length + 1 : length;
}

long mk_read_user_text_nofault(char *to, mk_user from, unsigned long bytes)
{
	return mk_user_text(to, from, bytes, false);
}

long mk_read_user_text(char *to, mk_user from, unsigned long bytes)
{
	return mk_user_text(to, from, bytes, true);
}
