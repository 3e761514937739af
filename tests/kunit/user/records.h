/* SPDX-License-Identifier: GPL-2.0-only */
/* Reads /dev/modkeeper, and holds every byte of it against the format. */
#ifndef MODKEEPER_CHECK_RECORDS_H
#define MODKEEPER_CHECK_RECORDS_H

#include <linux/modkeeper.h>

/* A record with its texts, for looking at. */
struct record {
	struct modkeeper_record head;
	struct modkeeper_record_module module; /* zeroed for other kinds than of modules */
	unsigned long long lost;
	char name[64], version[64], srcversion[64], args[512]; /* args: also the text of a MARK */
};

struct records {
	unsigned int count;
	struct record at[4096];
};

/* A reader of its own that does not block, at the oldest record; -1: errno. */
int records_open(void);

/* Takes @bytes that read() gave apart and appends them; NULL or what is wrong with them. */
const char *records_parse(const void *bytes, long size, struct records *records);

/*
 * All that is there to be read through @fd, replacing what @records had. NULL or what is wrong,
 * a hole in the sequence included.
 */
const char *records_drain(int fd, struct records *records);

/* The last record of @kind about @name, or NULL. */
const struct record *records_find(const struct records *records, int kind, const char *name);

#endif /* MODKEEPER_CHECK_RECORDS_H */
