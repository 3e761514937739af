// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "records.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "check.h"

int records_open(void)
{
	return open("/dev/modkeeper", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
}

static const char *take_text(const struct modkeeper_record *record, struct modkeeper_text text,
			     char *to, unsigned int size)
{
	const char *from = (const char *)record + text.offset;

	*to = 0;
	if (!text.offset && !text.length)
		return NULL;
	CHECK(text.offset >= record->header_size + record->body_size);
	CHECK(text.offset + text.length < record->size);
	CHECK(from[text.length] == 0);
	CHECK(strlen(from) == text.length);
	CHECK(text.length < size);
	strcpy(to, from);
	return NULL;
}

static const char *take_body(const struct modkeeper_record *record, struct record *to)
{
	const void *body = (const char *)record + record->header_size;

	if (record->kind == MODKEEPER_RECORD_LOST) {
		CHECK(record->body_size >= sizeof(struct modkeeper_record_lost));
		to->lost = ((const struct modkeeper_record_lost *)body)->count;
		CHECK(to->lost > 0);
		return NULL;
	}
	if (record->kind == MODKEEPER_RECORD_MARK) {
		CHECK(record->body_size >= sizeof(struct modkeeper_record_mark));
		return take_text(record, ((const struct modkeeper_record_mark *)body)->text,
				 to->args, sizeof(to->args));
	}
	/* What probes alone see: the name that it begins with, and no more of it. */
	if (record->kind >= MODKEEPER_RECORD_UNLOAD_REFUSED &&
	    record->kind <= MODKEEPER_RECORD_REFERENCE) {
		CHECK(record->body_size >= sizeof(struct modkeeper_text));
		return take_text(record, *(const struct modkeeper_text *)body, to->name,
				 sizeof(to->name));
	}
	if (record->kind == MODKEEPER_RECORD_SUPPRESSED)
		return NULL;
	CHECK(record->kind > MODKEEPER_RECORD_LOST && record->kind <= MODKEEPER_RECORD_UNLOAD);
	CHECK(record->body_size >= sizeof(to->module));
	memcpy(&to->module, body, sizeof(to->module));
	CHECK_STEP(take_text(record, to->module.module, to->name, sizeof(to->name)));
	CHECK_STEP(take_text(record, to->module.version, to->version, sizeof(to->version)));
	CHECK_STEP(
		take_text(record, to->module.srcversion, to->srcversion, sizeof(to->srcversion)));
	CHECK_STEP(take_text(record, to->module.args, to->args, sizeof(to->args)));
	CHECK(to->name[0]);
	return NULL;
}

const char *records_parse(const void *bytes, long size, struct records *records)
{
	long at = 0;

	while (at < size) {
		const struct modkeeper_record *record = (const void *)((const char *)bytes + at);
		struct record *to = &records->at[records->count];

		CHECK(records->count < COUNT(records->at));
		CHECK(size - at >= (long)sizeof(*record));
		CHECK(record->size % 8 == 0 && record->size <= MODKEEPER_RECORD_MAX);
		CHECK(record->size <= size - at);
		CHECK(record->header_size >= sizeof(*record));
		CHECK(record->header_size + record->body_size <= record->size);
		CHECK(memchr(record->comm, 0, sizeof(record->comm)));
		memset(to, 0, sizeof(*to));
		to->head = *record;
		CHECK_STEP(take_body(record, to));
		records->count++;
		at += record->size;
	}
	CHECK(at == size);
	return NULL;
}

/* The one after n is n + 1, or after a LOST one the first that is there again. */
static const char *is_dense(const struct records *records)
{
	unsigned int i;

	for (i = 1; i < records->count; i++) {
		const struct record *before = &records->at[i - 1], *this = &records->at[i];

		CHECK(this->head.sequence ==
		      before->head.sequence + (before->lost ? before->lost : 1));
		CHECK(before->lost || this->lost ||
		      this->head.boottime_ns >= before->head.boottime_ns);
	}
	return NULL;
}

const char *records_drain(int fd, struct records *records)
{
	static _Alignas(8) char buffer[16 * MODKEEPER_RECORD_MAX];

	records->count = 0;
	for (;;) {
		ssize_t got = read(fd, buffer, sizeof(buffer));

		if (got == -1 && errno == EAGAIN)
			return is_dense(records);
		CHECK(got > 0);
		CHECK_STEP(records_parse(buffer, got, records));
	}
}

const struct record *records_find(const struct records *records, int kind, const char *name)
{
	unsigned int i = records->count;

	while (i--)
		if (records->at[i].head.kind == kind && !strcmp(records->at[i].name, name))
			return &records->at[i];
	return NULL;
}
