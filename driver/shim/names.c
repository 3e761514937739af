// SPDX-License-Identifier: GPL-2.0-only
/* Names of files and of addresses. */
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/minmax.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "kapi/kapi.h"

void mk_file_get(const struct mk_file *file)
{
	get_file((struct file *)file);
}

void mk_file_put(const struct mk_file *file)
{
	fput((struct file *)file);
}

/* Renames are locked out by a lock that sleeps on PREEMPT_RT. */
long mk_file_path(const struct mk_file *file, char *to, unsigned long bytes)
{
	const char *path = file_path((struct file *)file, to, bytes);
	long length;

	if (path == ERR_PTR(-ENAMETOOLONG))
		return bytes + 1;
	if (IS_ERR(path))
		return PTR_ERR(path);
	length = strlen(path);
	memmove(to, path, length);
	return length;
}

/* An address without a name is printed as a number, which is nobody's business. */
long mk_symbol_text(unsigned long address, char *to, unsigned long bytes)
{
	char text[160];
	unsigned long length = snprintf(text, sizeof(text), "%pS", (void *)address);

	if (strstarts(text, "0x"))
		return 0;
	memcpy(to, text, min3(length, bytes, sizeof(text) - 1));
	return length;
}
