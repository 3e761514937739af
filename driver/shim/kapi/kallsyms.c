// SPDX-License-Identifier: GPL-2.0-only
/* Names of addresses in the kernel. */
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "kapi/kapi.h"

/* An address without a name is printed as a number, which must not be revealed. */
long mk_symbol_text(unsigned long address, char *to, unsigned long bytes)
{
	char text[160];
	unsigned long length = snprintf(text, sizeof(text), "%pS", (void *)address);

	if (strstarts(text, "0x"))
		return 0;
	memcpy(to, text, min3(length, bytes, sizeof(text) - 1));
	return length;
}
