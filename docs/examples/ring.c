// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads the rings of /dev/modkeeper from memory, as docs/reading-the-ring.md says, with nothing but
 * the uapi header: prints a line for each record that is there, and with --follow for each that
 * comes.
 *
 *	cc -I include/uapi -o ring docs/examples/ring.c
 */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/modkeeper.h>

/* One of the two rings, how far it was read, and the next record of it, once that was copied. */
struct half {
	const struct modkeeper_ring *ring;
	__u64 position;
	int copied;
	union {
		struct modkeeper_record header;
		char bytes[MODKEEPER_RECORD_MAX];
	} record;
};

static int fail(const char *what)
{
	perror(what);
	return 1;
}

static __u64 load(const __u64 *word)
{
	return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

/* Copies @bytes from @position on: are they what was there before they could be overwritten? */
static int copy(const struct modkeeper_ring *ring, __u64 position, void *to, size_t bytes)
{
	const char *data = (const char *)ring + ring->data_offset;

	memcpy(to, data + (position & (ring->ring_bytes - 1)), bytes);
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	return __atomic_load_n(&ring->tail, __ATOMIC_RELAXED) <= position;
}

/* The next record of this ring, as long as there is one. */
static int fetch(struct half *half)
{
	while (!half->copied && half->position < load(&half->ring->head)) {
		__u64 tail = load(&half->ring->tail);

		if (half->position < tail)
			half->position = tail; /* overtaken: go on with the oldest */
		/* the size means something only if the header is intact */
		half->copied =
			copy(half->ring, half->position, &half->record,
			     sizeof(half->record.header)) &&
			copy(half->ring, half->position, &half->record, half->record.header.size);
	}
	return half->copied;
}

static void print_record(const void *bytes)
{
	const struct modkeeper_record *record = bytes;
	const struct modkeeper_text *name =
		(const void *)((const char *)bytes + record->header_size);

	/* all other kinds begin with a text */
	if (record->kind == MODKEEPER_RECORD_SUPPRESSED || !name->length)
		printf("record %llu %u\n", (unsigned long long)record->sequence, record->kind);
	else
		printf("record %llu %u %s\n", (unsigned long long)record->sequence, record->kind,
		       (const char *)bytes + name->offset);
}

/* Prints what is there of both rings, by its numbers, where *@sequence is expected (0: any). */
static void print_all(struct half *halves, __u64 *sequence)
{
	for (;;) {
		/* what has a smaller number is in one of the rings, or was overwritten */
		__u64 end = load(&halves[0].ring->next_sequence);
		int first = fetch(&halves[0]), second = fetch(&halves[1]);
		struct half *next = &halves[0];

		if (!first && !second)
			return;
		if (!first ||
		    (second && halves[1].record.header.sequence < halves[0].record.header.sequence))
			next = &halves[1];
		/* the other ring may have an older one by now */
		if (next->record.header.sequence >= end)
			continue;
		if (*sequence && next->record.header.sequence != *sequence)
			printf("lost %llu\n",
			       (unsigned long long)(next->record.header.sequence - *sequence));
		print_record(&next->record);
		*sequence = next->record.header.sequence + 1;
		next->position += next->record.header.size;
		next->copied = 0;
	}
}

/* NULL: it failed. */
static const struct modkeeper_ring *map(int device, __u64 offset, __u64 ring_bytes)
{
	size_t bytes = sysconf(_SC_PAGESIZE) + 2 * ring_bytes;
	void *ring = mmap(NULL, bytes, PROT_READ, MAP_SHARED, device, (off_t)offset);

	return ring == MAP_FAILED ? NULL : ring;
}

/* poll() goes by the place of the open file, which does not move with ours. */
static int wait_for_more(int device)
{
	struct pollfd wanted = { .fd = device, .events = POLLIN };

	fflush(stdout);
	return poll(&wanted, 1, -1) < 0;
}

int main(int count, char **words)
{
	int follow = count > 1 && !strcmp(words[1], "--follow");
	static struct half halves[2];
	const struct modkeeper_ring *ring;
	struct modkeeper_info info;
	__u64 sequence = 0;
	int device = open("/dev/modkeeper", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (device < 0)
		return fail("/dev/modkeeper");
	if (ioctl(device, MODKEEPER_IOC_INFO, &info) < 0)
		return fail("INFO");
	ring = map(device, 0, info.ring_bytes);
	if (!ring)
		return fail("mmap");
	if (ring->version != MODKEEPER_RING_VERSION) {
		fprintf(stderr, "ring: the driver's ring has version %u\n", ring->version);
		return 1;
	}
	halves[0].ring = ring;
	halves[1].ring = map(device, ring->other_offset, ring->other_ring_bytes);
	if (!halves[1].ring)
		return fail("mmap");
	do {
		/* first the place of the file, then the rings: nothing can come between unseen */
		if (lseek(device, 0, SEEK_END) < 0)
			return fail("lseek");
		print_all(halves, &sequence);
	} while (follow && !wait_for_more(device));
	return 0;
}
