// SPDX-License-Identifier: GPL-2.0-only
/* Whole files that the driver reads itself. */
#include <linux/kernel_read_file.h>
#include <linux/utsname.h>
#include <linux/vmalloc.h>

#include "kapi/kapi.h"

/*
 * From the root of the first process, whatever root the task has that loads the driver. The loader
 * of firmware would do the same, but Debian's says of every missing file that it is missing.
 */
int mk_contents_read(struct mk_contents *contents, const char *path, unsigned long bytes_max)
{
	void *bytes = NULL;
	ssize_t size;

	size = kernel_read_file_from_path_initns(path, 0, &bytes, bytes_max, NULL, READING_POLICY);
	if (size < 0)
		return size;
	contents->bytes = bytes;
	contents->size = size;
	return 0;
}

void mk_contents_free(struct mk_contents *contents)
{
	vfree(contents->bytes);
}

const char *mk_kernel_release(void)
{
	return init_uts_ns.name.release;
}
