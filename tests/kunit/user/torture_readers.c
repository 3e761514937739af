// SPDX-License-Identifier: GPL-2.0-only
/* Readers of all kinds that hold every record against those before it, and keep the books. */
#define _GNU_SOURCE
#include "torture.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "check.h"
#include "records.h"

static _Alignas(8) char buffer[16 * MODKEEPER_RECORD_MAX];

/* How far a reader is, and what it may expect next. */
struct place {
	bool filtered; /* gaps are what was held back */
	bool divided;  /* another process gets some of the records */
	bool ended;    /* the last mark was there */
	unsigned long long next;
	int marks[TORTURE_MARKERS]; /* number of the last one of each, -1: not known */
	int state; /* kind of the last record about the sample, 0: gone, -1: not known */
	unsigned long long load; /* number of its last LOAD_BEGIN */
};

static struct place place_begin(void)
{
	return (struct place){ .next = 1 };
}

static void place_lose(struct place *place)
{
	unsigned int i;

	for (i = 0; i < TORTURE_MARKERS; i++)
		place->marks[i] = -1;
	place->state = -1;
}

/* The marks of one writer come in its order and, where none can be missing, all of them. */
static const char *take_mark(struct place *place, const char *text)
{
	int marker, number;

	place->ended |= !strcmp(text, TORTURE_LAST_MARK);
	if (sscanf(text, "torture %d %d", &marker, &number) != 2)
		return NULL;
	CHECK(marker >= 0 && marker < TORTURE_MARKERS);
	if (place->divided || place->marks[marker] < 0)
		CHECK(number > place->marks[marker]);
	else
		CHECK(number == place->marks[marker] + 1);
	place->marks[marker] = number;
	return NULL;
}

/*
 * There is one module of a name at a time: it begins, is live or fails, and goes. Where calls are
 * seen, a failure is told when its call returns: it need not have begun, and the next load of the
 * name may have begun meanwhile.
 */
static const char *take_load(struct place *place, const struct record *record)
{
	int before = place->state, kind = record->head.kind;
	bool seen = record->module.call;

	if (place->filtered || place->divided || strcmp(record->name, "mk_sample_init"))
		return NULL;
	if (kind < MODKEEPER_RECORD_PRESENT || kind > MODKEEPER_RECORD_UNLOAD)
		return NULL;
	if (kind == MODKEEPER_RECORD_LOAD_FAILED && seen &&
	    record->module.load_sequence != place->load)
		return NULL;
	if (kind == MODKEEPER_RECORD_LOAD_BEGIN)
		place->load = record->head.sequence;
	place->state =
		kind == MODKEEPER_RECORD_LOAD_FAILED || kind == MODKEEPER_RECORD_UNLOAD ? 0 : kind;
	if (before == -1)
		return NULL;
	if (kind == MODKEEPER_RECORD_LOAD_BEGIN)
		CHECK(before == 0 || (seen && before == MODKEEPER_RECORD_LOAD_BEGIN));
	else if (kind == MODKEEPER_RECORD_UNLOAD)
		CHECK(before == MODKEEPER_RECORD_LOAD_LIVE);
	else
		CHECK(before == MODKEEPER_RECORD_LOAD_BEGIN);
	return NULL;
}

static const char *take_record(struct place *place, const struct record *record)
{
	unsigned long long held = record->head.sequence - place->next;

	CHECK(record->head.sequence >= place->next);
	CHECK(!held || place->filtered || place->divided);
	torture_mine->held += held;
	place->next += held + (record->lost ? record->lost : 1);
	if (record->lost) {
		torture_mine->lost += record->lost;
		place_lose(place);
		return NULL;
	}
	torture_mine->delivered++;
	return record->head.kind == MODKEEPER_RECORD_MARK ? take_mark(place, record->args)
							  : take_load(place, record);
}

static const char *take_bytes(struct place *place, const void *bytes, long size)
{
	static struct records some;
	unsigned int i;

	some.count = 0;
	CHECK_STEP(records_parse(bytes, size, &some));
	for (i = 0; i < some.count; i++)
		CHECK_STEP(take_record(place, &some.at[i]));
	return NULL;
}

/* Sleeps in read() where the file does, else in poll(). */
static const char *read_on(struct place *place, size_t size, unsigned int pause_us)
{
	struct pollfd wanted = { .fd = torture_own, .events = POLLIN };

	while (!place->ended) {
		ssize_t got = read(torture_own, buffer, size);

		if (got == -1 && errno == EAGAIN) {
			CHECK(poll(&wanted, 1, -1) == 1 && wanted.revents == POLLIN);
			continue;
		}
		CHECK(got > 0);
		CHECK_STEP(take_bytes(place, buffer, got));
		usleep(pause_us);
	}
	return NULL;
}

const char *torture_read_all(void)
{
	struct place place = place_begin();

	return read_on(&place, sizeof(buffer), 0);
}

const char *torture_read_little(void)
{
	struct place place = place_begin();

	return read_on(&place, MODKEEPER_RECORD_MAX, 0);
}

/* Is overtaken. */
const char *torture_read_slowly(void)
{
	struct place place = place_begin();

	return read_on(&place, MODKEEPER_RECORD_MAX, 20000);
}

static const char *read_kinds(unsigned long long kinds)
{
	struct modkeeper_filter filter = { .kinds = kinds };
	struct place place = place_begin();

	place.filtered = true;
	CHECK(ioctl(torture_own, MODKEEPER_IOC_FILTER, &filter) == 0);
	return read_on(&place, sizeof(buffer), 0);
}

const char *torture_read_marks(void)
{
	return read_kinds(1ull << MODKEEPER_RECORD_MARK);
}

const char *torture_read_marks_and_ends(void)
{
	return read_kinds(1ull << MODKEEPER_RECORD_MARK | 1ull << MODKEEPER_RECORD_UNLOAD);
}

/* As docs/reading-the-ring.md says. */
static const char *copy_from_ring(const struct modkeeper_ring *ring, uint64_t position, void *to,
				  size_t bytes, bool *good)
{
	const char *data = (const char *)ring + ring->data_offset;

	CHECK(bytes <= MODKEEPER_RECORD_MAX);
	memcpy(to, data + (position & (ring->ring_bytes - 1)), bytes);
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	*good = __atomic_load_n(&ring->tail, __ATOMIC_RELAXED) <= position;
	return NULL;
}

/* One of the two rings, how far it was read, and the next record of it, once that was copied. */
struct half {
	const struct modkeeper_ring *ring;
	uint64_t position;
	bool copied;
	_Alignas(8) char bytes[MODKEEPER_RECORD_MAX];
};

static const struct modkeeper_record *record_of(const struct half *half)
{
	return (const void *)half->bytes;
}

static const char *fetch(struct half *half, struct place *place)
{
	while (!half->copied &&
	       half->position < __atomic_load_n(&half->ring->head, __ATOMIC_ACQUIRE)) {
		uint64_t tail = __atomic_load_n(&half->ring->tail, __ATOMIC_ACQUIRE);
		bool good;

		if (half->position < tail) {
			half->position = tail;
			place_lose(place);
		}
		CHECK_STEP(copy_from_ring(half->ring, half->position, half->bytes,
					  sizeof(struct modkeeper_record), &good));
		if (!good)
			continue;
		CHECK_STEP(copy_from_ring(half->ring, half->position, half->bytes,
					  record_of(half)->size, &half->copied));
	}
	return NULL;
}

static const char *read_rings(struct half *halves, struct place *place)
{
	for (;;) {
		const struct modkeeper_record *first = record_of(&halves[0]),
					      *second = record_of(&halves[1]);
		uint64_t end = __atomic_load_n(&halves[0].ring->next_sequence, __ATOMIC_ACQUIRE);
		struct half *next = &halves[0];

		CHECK_STEP(fetch(&halves[0], place));
		CHECK_STEP(fetch(&halves[1], place));
		if (!halves[0].copied && !halves[1].copied)
			return NULL;
		if (!halves[0].copied || (halves[1].copied && second->sequence < first->sequence))
			next = &halves[1];
		first = record_of(next);
		if (first->sequence >= end)
			continue;
		CHECK(first->sequence >= place->next);
		torture_mine->lost += first->sequence - place->next;
		place->next = first->sequence;
		CHECK_STEP(take_bytes(place, first, first->size));
		next->position += first->size;
		next->copied = false;
	}
}

static const struct modkeeper_ring *map_ring(uint64_t offset, uint64_t ring_bytes)
{
	return mmap(NULL, PAGE + 2 * ring_bytes, PROT_READ, MAP_SHARED, torture_own, offset);
}

const char *torture_read_mapping(void)
{
	struct place place = place_begin();
	struct pollfd wanted = { .fd = torture_own, .events = POLLIN };
	static struct half halves[2];
	const struct modkeeper_ring *ring = map_ring(0, TORTURE_RING);

	CHECK(ring != MAP_FAILED);
	halves[0].ring = ring;
	halves[1].ring = map_ring(ring->other_offset, ring->other_ring_bytes);
	CHECK(halves[1].ring != MAP_FAILED);
	while (!place.ended) {
		CHECK(lseek(torture_own, 0, SEEK_END) == 0);
		CHECK_STEP(read_rings(halves, &place));
		if (!place.ended)
			CHECK(poll(&wanted, 1, -1) == 1);
	}
	return NULL;
}

/* With a file that is not this process's alone. */
static const char *read_until_quiet(struct place *place)
{
	for (;;) {
		bool last = atomic_load(&torture_shared->quiet);
		ssize_t got = read(torture_own, buffer, 2 * MODKEEPER_RECORD_MAX);

		if (got > 0) {
			CHECK_STEP(take_bytes(place, buffer, got));
			continue;
		}
		CHECK(got == -1 && errno == EAGAIN);
		if (last)
			return NULL;
		usleep(1000);
	}
}

const char *torture_read_in_common(void)
{
	struct place place = place_begin();

	place.divided = true;
	CHECK_STEP(read_until_quiet(&place));
	torture_mine->held = 0; /* what the other one got */
	return NULL;
}

const char *torture_read_while_switched(void)
{
	struct place place = place_begin();

	place.filtered = place.divided = true;
	return read_until_quiet(&place);
}
