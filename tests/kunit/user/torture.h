/* SPDX-License-Identifier: GPL-2.0-only */
/* What the processes of the torture have in common. */
#ifndef MODKEEPER_CHECK_TORTURE_H
#define MODKEEPER_CHECK_TORTURE_H

#include <stdatomic.h>

/* Marks are "torture WRITER NUMBER", numbers from 1 on, and one that nothing comes after. */
#define TORTURE_MARKERS 2
#define TORTURE_LAST_MARK "torture is over"

#define TORTURE_RING (64 * 1024)
#define TORTURE_PROCESSES_MAX 32

/* What a process leaves for its parent. */
struct torture_tally {
	char failed[256];
	unsigned long long delivered, held, lost; /* records */
};

struct torture_shared {
	atomic_bool quiet; /* no more records will come */
	struct torture_tally tally[TORTURE_PROCESSES_MAX];
};

extern struct torture_shared *torture_shared;

/* Of this process: its file of the device, and its tally. */
extern int torture_own;
extern struct torture_tally *torture_mine;

/* Into the open file of the device. */
const char *torture_mark(int to, const char *text);
/* Each works for a number of turns, and fails where an answer is not what it may be. */
const char *torture_write_first_marks(void);
const char *torture_write_second_marks(void);
const char *torture_load_what_works(void);
const char *torture_load_what_fails(void);
const char *torture_switch_filters(void);
const char *torture_ask_the_device(void);
const char *torture_ask_on_netlink(void);
const char *torture_subscribe_and_leave(void);
const char *torture_open_and_close(void);

/*
 * Each reads until the last mark, and has then seen every record from the first on, or knows why
 * not.
 */
const char *torture_read_all(void);
const char *torture_read_little(void);
const char *torture_read_slowly(void);
const char *torture_read_marks(void);
const char *torture_read_marks_and_ends(void);
const char *torture_read_mapping(void);
/* These share their file, and read until it is quiet: with one who reads, and one who filters. */
const char *torture_read_in_common(void);
const char *torture_read_while_switched(void);

#endif /* MODKEEPER_CHECK_TORTURE_H */
