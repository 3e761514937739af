/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MODKEEPER_CHECK_LEAKS_H
#define MODKEEPER_CHECK_LEAKS_H

/* Has the kernel lost memory since it started? Prints what it says of each loss. */
const char *leaks_absent(void);

#endif /* MODKEEPER_CHECK_LEAKS_H */
