/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MK_WATCH_H
#define MK_WATCH_H

/* Counts that code of another module ran. */
void mk_watch_touched(void);

#endif /* MK_WATCH_H */
