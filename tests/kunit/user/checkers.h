/* SPDX-License-Identifier: GPL-2.0-only */
/* What the kernel's own checkers have found, asked when everything else is over. */
#ifndef MODKEEPER_CHECK_CHECKERS_H
#define MODKEEPER_CHECK_CHECKERS_H

/* Has the kernel lost memory since it started? Prints what it says of each loss. */
const char *leaks_absent(void);

/* Lockdep gives up at its first finding, and when it runs out of room. */
const char *lockdep_is_on(void);

#endif /* MODKEEPER_CHECK_CHECKERS_H */
