// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads the ring of /dev/modkeeper from memory, as docs/reading-the-ring.md says, with nothing but
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

static void print_record(const void *bytes)
{
	const struct modkeeper_record *record = bytes;
	const struct modkeeper_text *name =
		(const void *)((const char *)bytes + record->header_size);

	/* all but this kind begin with a text */
	if (record->kind == MODKEEPER_RECORD_POLICY_CHANGE || !name->length)
		printf("record %llu %u\n", (unsigned long long)record->sequence, record->kind);
	else
		printf("record %llu %u %s\n", (unsigned long long)record->sequence, record->kind,
		       (const char *)bytes + name->offset);
}

/* Prints what is there from *@position on, where record *@sequence is expected (0: any). */
static void print_all(const struct modkeeper_ring *ring, __u64 *position, __u64 *sequence)
{
	static union {
		struct modkeeper_record header;
		char bytes[MODKEEPER_RECORD_MAX];
	} record;

	while (*position < load(&ring->head)) {
		__u64 tail = load(&ring->tail);

		if (*position < tail)
			*position = tail; /* overtaken: go on with the oldest */
		/* the size means something only if the header is intact */
		if (!copy(ring, *position, &record, sizeof(record.header)) ||
		    !copy(ring, *position, &record, record.header.size))
			continue;
		if (*sequence && record.header.sequence != *sequence)
			printf("lost %llu\n",
			       (unsigned long long)(record.header.sequence - *sequence));
		print_record(&record);
		*sequence = record.header.sequence + 1;
		*position += record.header.size;
	}
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
	const struct modkeeper_ring *ring;
	__u64 position, sequence = 0;
	struct modkeeper_info info;
	size_t bytes;
	int device = open("/dev/modkeeper", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (device < 0)
		return fail("/dev/modkeeper");
	if (ioctl(device, MODKEEPER_IOC_INFO, &info) < 0)
		return fail("INFO");
	bytes = sysconf(_SC_PAGESIZE) + 2 * info.ring_bytes;
	ring = mmap(NULL, bytes, PROT_READ, MAP_SHARED, device, 0);
	if (ring == MAP_FAILED)
		return fail("mmap");
	if (ring->version != MODKEEPER_RING_VERSION) {
		fprintf(stderr, "ring: the driver's ring has version %u\n", ring->version);
		return 1;
	}
	position = load(&ring->tail);
	do {
		/* first the place of the file, then the ring: nothing can come between unseen */
		if (lseek(device, 0, SEEK_END) < 0)
			return fail("lseek");
		print_all(ring, &position, &sequence);
	} while (follow && !wait_for_more(device));
	return 0;
}
