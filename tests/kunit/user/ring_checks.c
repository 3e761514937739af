// SPDX-License-Identifier: GPL-2.0-only
/* mmap() of /dev/modkeeper: the ring as docs/reading-the-ring.md says it is, for reading only. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <unistd.h>

#include <linux/modkeeper.h>

#include "check.h"
#include "module.h"
#include "records.h"
#include "suites.h"

#define RING (64 * 1024) /* of driver_start() */
#define WHOLE (PAGE + 2 * RING)
#define OTHER_RING (256 * 1024) /* the least that it can have */
#define OTHER_WHOLE (PAGE + 2 * OTHER_RING)

static const struct modkeeper_ring *ring;
static struct records mapped, read_ones;
static int fd = -1;

static const char *start(void)
{
	CHECK_STEP(driver_start());
	fd = records_open();
	CHECK(fd >= 0);
	ring = mmap(NULL, WHOLE, PROT_READ, MAP_SHARED, fd, 0);
	CHECK(ring != MAP_FAILED);
	return NULL;
}

static const char *end(void)
{
	munmap((void *)ring, WHOLE);
	close(fd);
	return driver_end();
}

static const char *records_are_those_of_read(void)
{
	const char *data = (const char *)ring + ring->data_offset;
	int turn;

	/* round and round, so that the oldest lies in the middle and one of them wraps */
	for (turn = 0; turn < 100; turn++) {
		CHECK(module_load("mk_sample_init", "") == 0);
		CHECK(module_unload("mk_sample_init") == 0);
	}
	CHECK(ring->size == sizeof(*ring) && ring->version == MODKEEPER_RING_VERSION);
	CHECK(ring->data_offset == PAGE && ring->ring_bytes == RING);
	CHECK(ring->tail > 0 && ring->head - ring->tail <= RING && ring->next_sequence > 300);
	CHECK(lseek(fd, 0, SEEK_SET) == 0);
	CHECK_STEP(records_drain(fd, &read_ones));
	mapped.count = 0;
	CHECK_STEP(records_parse(data + ring->tail % RING, ring->head - ring->tail, &mapped));
	CHECK(mapped.count == read_ones.count && mapped.count > 10);
	CHECK(!memcmp(mapped.at, read_ones.at, mapped.count * sizeof(mapped.at[0])));
	CHECK(!memcmp(data, data + RING, RING));
	return NULL;
}

static int map(size_t bytes, int protection, int flags, off_t offset)
{
	int device = open("/dev/modkeeper", O_RDWR | O_CLOEXEC), error;
	void *memory = mmap(NULL, bytes, protection, flags, device, offset);

	error = memory == MAP_FAILED ? errno : 0;
	if (!error)
		munmap(memory, bytes);
	close(device);
	return error;
}

/* Of a file that may be written to, so that only the driver can refuse. */
static const char *stays_read_only(int flags)
{
	int device = open("/dev/modkeeper", O_RDWR | O_CLOEXEC);
	void *memory = mmap(NULL, WHOLE, PROT_READ, flags, device, 0);
	int write, execute;

	close(device);
	CHECK(memory != MAP_FAILED);
	write = mprotect(memory, WHOLE, PROT_READ | PROT_WRITE) ? errno : 0;
	execute = mprotect(memory, WHOLE, PROT_READ | PROT_EXEC) ? errno : 0;
	munmap(memory, WHOLE);
	CHECK(write == EACCES && execute == EACCES);
	return NULL;
}

static const char *nobody_can_write(void)
{
	CHECK(map(WHOLE, PROT_READ, MAP_SHARED, 0) == 0);
	CHECK(map(WHOLE, PROT_READ, MAP_PRIVATE, 0) == 0);
	CHECK(map(WHOLE, PROT_READ | PROT_WRITE, MAP_SHARED, 0) == EPERM);
	CHECK(map(WHOLE, PROT_READ | PROT_WRITE, MAP_PRIVATE, 0) == EPERM);
	CHECK(map(WHOLE, PROT_WRITE, MAP_SHARED, 0) == EPERM);
	CHECK(map(WHOLE, PROT_READ | PROT_EXEC, MAP_SHARED, 0) == EPERM);
	CHECK(mprotect((void *)ring, WHOLE, PROT_READ | PROT_WRITE) == -1 && errno == EACCES);
	CHECK_STEP(stays_read_only(MAP_SHARED));
	return stays_read_only(MAP_PRIVATE);
}

/* An old program, to whom the kernel gives all that it may read to execute too. */
static const char *programs_that_execute_what_they_read_may_read(void)
{
	const char *failed;
	int before = personality(READ_IMPLIES_EXEC);

	CHECK(before >= 0);
	failed = stays_read_only(MAP_SHARED);
	personality(before);
	CHECK_STEP(failed);
	return stays_read_only(MAP_PRIVATE);
}

static const char *other_shapes_are_refused(void)
{
	CHECK(map(PAGE, PROT_READ, MAP_SHARED, 0) == EINVAL);
	CHECK(map(WHOLE - PAGE, PROT_READ, MAP_SHARED, 0) == EINVAL);
	CHECK(map(WHOLE + PAGE, PROT_READ, MAP_SHARED, 0) == EINVAL);
	CHECK(map(WHOLE, PROT_READ, MAP_SHARED, PAGE) == EINVAL);
	/* the other ring lies there, and is as large in this driver */
	CHECK(ring->other_offset == WHOLE && ring->other_ring_bytes == OTHER_RING);
	CHECK(map(OTHER_WHOLE, PROT_READ, MAP_SHARED, WHOLE) == 0);
	CHECK(map(OTHER_WHOLE, PROT_READ | PROT_WRITE, MAP_SHARED, WHOLE) == EPERM);
	CHECK(map(PAGE, PROT_READ, MAP_SHARED, WHOLE) == EINVAL);
	CHECK(map(WHOLE - PAGE, PROT_READ, MAP_SHARED, PAGE) == EINVAL);
	return NULL;
}

static const char *a_mapping_keeps_the_driver(void)
{
	close(fd);
	fd = -1;
	CHECK(module_unload("modkeeper") == EAGAIN);
	CHECK(ring->version == MODKEEPER_RING_VERSION);
	CHECK_STEP(driver_works());
	CHECK(munmap((void *)ring, WHOLE) == 0);
	CHECK(module_unload("modkeeper") == 0);
	CHECK_STEP(driver_is_absent());
	return start();
}

static const struct check checks[] = {
	{ "records_are_those_of_read", records_are_those_of_read },
	{ "nobody_can_write", nobody_can_write },
	{ "programs_that_execute_what_they_read_may_read",
	  programs_that_execute_what_they_read_may_read },
	{ "other_shapes_are_refused", other_shapes_are_refused },
	{ "a_mapping_keeps_the_driver", a_mapping_keeps_the_driver },
};

const struct check_suite ring_suite = {
	.name = "ring",
	.start = start,
	.end = end,
	.checks = checks,
	.count = COUNT(checks),
};
