// SPDX-License-Identifier: GPL-2.0-only
/* read(), poll() and lseek() of /dev/modkeeper, with good and with bad buffers. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "module.h"
#include "records.h"
#include "suites.h"

static struct records seen;
static int fd = -1;

static const char *start(void)
{
	CHECK_STEP(driver_start());
	fd = records_open();
	CHECK(fd >= 0);
	return NULL;
}

static const char *end(void)
{
	close(fd);
	return driver_end();
}

static const char *make_records(void)
{
	CHECK(module_load("mk_sample_init", "") == 0);
	CHECK(module_unload("mk_sample_init") == 0);
	return NULL;
}

/* What the next read() gives begins with record @sequence. */
static const char *next_is(unsigned long long sequence)
{
	CHECK_STEP(records_drain(fd, &seen));
	CHECK(seen.count > 0);
	CHECK(seen.at[0].head.sequence == sequence);
	return NULL;
}

static const char *the_node_is_a_private_character_device(void)
{
	struct stat status;

	CHECK(stat("/dev/modkeeper", &status) == 0);
	CHECK(S_ISCHR(status.st_mode));
	CHECK((status.st_mode & 0777) == 0640);
	CHECK(file_has_word("/proc/misc", "modkeeper"));
	return NULL;
}

static const char *every_open_file_has_a_cursor(void)
{
	int other = records_open();
	const char *failed;
	static struct records first;

	CHECK(other >= 0);
	failed = records_drain(fd, &first);
	failed = failed ? failed : records_drain(other, &seen);
	close(other);
	CHECK_STEP(failed);
	CHECK(first.count == seen.count);
	CHECK(!memcmp(&first.at[0].head, &seen.at[0].head, sizeof(seen.at[0].head)));
	return NULL;
}

static const char *nothing_more_is_eagain(void)
{
	char buffer[MODKEEPER_RECORD_MAX];

	CHECK_STEP(records_drain(fd, &seen));
	CHECK(read(fd, buffer, sizeof(buffer)) == -1 && errno == EAGAIN);
	return NULL;
}

static const char *a_small_buffer_loses_nothing(void)
{
	_Alignas(8) char buffer[MODKEEPER_RECORD_MAX];
	unsigned int size;

	for (size = 1; size < sizeof(struct modkeeper_record); size += 7)
		CHECK(read(fd, buffer, size) == -1 && errno == EINVAL);
	return next_is(1);
}

static const char *a_buffer_gets_whole_records_only(void)
{
	_Alignas(8) char buffer[MODKEEPER_RECORD_MAX];
	static struct records one;
	long size = read(fd, buffer, sizeof(buffer));
	unsigned int first = ((struct modkeeper_record *)buffer)->size;

	CHECK(size > (long)first);
	CHECK(lseek(fd, 0, SEEK_SET) == 0);
	/* room for the first and all but a byte of the second */
	size = read(fd, buffer, first + ((struct modkeeper_record *)(buffer + first))->size - 1);
	CHECK(size == (long)first);
	one.count = 0;
	CHECK_STEP(records_parse(buffer, size, &one));
	CHECK(one.count == 1 && one.at[0].head.sequence == 1);
	CHECK(read(fd, buffer, 16) == -1 && errno == EINVAL);
	return next_is(2);
}

static const char *a_bad_pointer_keeps_the_cursor(void)
{
	char *none = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *fixed = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(none != MAP_FAILED && fixed != MAP_FAILED);
	CHECK(read(fd, none, PAGE) == -1 && errno == EFAULT);
	CHECK(read(fd, fixed, PAGE) == -1 && errno == EFAULT);
	munmap(none, PAGE);
	CHECK(read(fd, none, PAGE) == -1 && errno == EFAULT);
	munmap(fixed, PAGE);
	return next_is(1);
}

/* Memory that ends in the middle of what would be read: whole records from before, or EFAULT. */
static const char *a_buffer_that_ends_early_loses_nothing(void)
{
	char *pages =
		mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned int room;

	CHECK(pages != MAP_FAILED);
	CHECK(munmap(pages + PAGE, PAGE) == 0);
	CHECK_STEP(make_records());
	for (room = 8; room <= 1024; room += 8) {
		unsigned long long next = 1;
		ssize_t got;

		CHECK(lseek(fd, 0, SEEK_SET) == 0);
		got = read(fd, pages + PAGE - room, MODKEEPER_RECORD_MAX);
		CHECK(got > 0 || errno == EFAULT);
		CHECK(got <= (ssize_t)room);
		if (got > 0) {
			seen.count = 0;
			CHECK_STEP(records_parse(pages + PAGE - room, got, &seen));
			next = seen.count + 1;
		}
		CHECK_STEP(next_is(next));
	}
	munmap(pages, PAGE);
	return NULL;
}

static const char *seek_goes_to_the_ends_only(void)
{
	CHECK_STEP(records_drain(fd, &seen));
	CHECK(lseek(fd, 0, SEEK_SET) == 0);
	CHECK_STEP(next_is(1));
	CHECK(lseek(fd, 0, SEEK_SET) == 0);
	CHECK(lseek(fd, 0, SEEK_END) == 0);
	CHECK_STEP(records_drain(fd, &seen));
	CHECK(seen.count == 0);
	CHECK(lseek(fd, 1, SEEK_SET) == -1 && errno == EINVAL);
	CHECK(lseek(fd, -1, SEEK_END) == -1 && errno == EINVAL);
	CHECK(lseek(fd, 0, SEEK_CUR) == -1 && errno == EINVAL);
	CHECK(lseek(fd, 1, SEEK_DATA) == -1 && errno == EINVAL);
	return NULL;
}

static const char *poll_tells_of_what_is_there(void)
{
	struct pollfd wanted = { .fd = fd, .events = POLLIN };

	CHECK(poll(&wanted, 1, 0) == 1 && wanted.revents == POLLIN);
	CHECK_STEP(records_drain(fd, &seen));
	CHECK(poll(&wanted, 1, 0) == 0);
	CHECK_STEP(make_records());
	CHECK(poll(&wanted, 1, 0) == 1 && wanted.revents == POLLIN);
	return NULL;
}

static const char *write_makes_a_mark(void)
{
	static _Alignas(8) char buffer[16 * MODKEEPER_RECORD_MAX];
	const struct modkeeper_record *record = (const void *)buffer;
	const struct modkeeper_record_mark *mark = (const void *)(record + 1);
	int writer = open("/dev/modkeeper", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	ssize_t got, refused, empty;

	CHECK(writer >= 0);
	CHECK(lseek(writer, 0, SEEK_END) == 0);
	got = write(writer, "rollout 7\n", 10);
	empty = write(writer, "\n", 1);
	CHECK(seteuid(1000) == 0);
	refused = write(writer, "x", 1) == -1 ? errno : 0;
	CHECK(seteuid(0) == 0);
	CHECK(got == 10 && refused == EPERM && empty == -1);
	got = read(writer, buffer, sizeof(buffer));
	close(writer);
	CHECK(got == (ssize_t)record->size && record->kind == MODKEEPER_RECORD_MARK);
	CHECK(!strcmp(buffer + mark->text.offset, "rollout 7"));
	CHECK(lseek(fd, 0, SEEK_DATA) == 0);
	CHECK(read(fd, buffer, sizeof(buffer)) == -1 && errno == EAGAIN);
	return NULL;
}

static void nothing(int number)
{
	(void)number;
}

/* A child that waits for a record: 0 it came, 1 a signal came, 2 another error. */
static pid_t waiter_start(bool by_poll)
{
	struct sigaction action = { .sa_handler = nothing };
	char buffer[MODKEEPER_RECORD_MAX];
	struct pollfd wanted;
	pid_t child = fork();

	if (child)
		return child;
	sigaction(SIGUSR1, &action, NULL);
	wanted.fd = open("/dev/modkeeper", O_RDONLY);
	wanted.events = POLLIN;
	lseek(wanted.fd, 0, SEEK_END);
	if (by_poll ? poll(&wanted, 1, -1) == 1 : read(wanted.fd, buffer, sizeof(buffer)) > 0)
		_exit(0);
	_exit(errno == EINTR ? 1 : 2);
}

/* Sleeps in the kernel, in the call it is meant to. */
static const char *falls_asleep(pid_t child)
{
	char path[64], text[1024];
	int turn;

	snprintf(path, sizeof(path), "/proc/%d/stat", child);
	for (turn = 0; turn < 1000; turn++) {
		/* the wait for a record is the only one in that child that can be interrupted */
		if (strstr(file_text(path, text, sizeof(text)), ") S "))
			return NULL;
		usleep(1000);
	}
	return check_failed(__FILE__, __LINE__, "the child waits");
}

static const char *waiter_ends(pid_t child, int wanted)
{
	int status;

	CHECK(waitpid(child, &status, 0) == child);
	CHECK(WIFEXITED(status));
	CHECK(WEXITSTATUS(status) == wanted);
	return NULL;
}

static const char *a_record_wakes_who_waits(void)
{
	int by_poll;

	for (by_poll = 0; by_poll < 2; by_poll++) {
		pid_t child = waiter_start(by_poll);

		CHECK_STEP(falls_asleep(child));
		CHECK_STEP(make_records());
		CHECK_STEP(waiter_ends(child, 0));
	}
	return NULL;
}

static const char *a_signal_ends_the_wait(void)
{
	int by_poll;

	for (by_poll = 0; by_poll < 2; by_poll++) {
		pid_t child = waiter_start(by_poll);

		CHECK_STEP(falls_asleep(child));
		CHECK(kill(child, SIGUSR1) == 0);
		CHECK_STEP(waiter_ends(child, 1));
	}
	return NULL;
}

static const char *who_waits_keeps_the_driver(void)
{
	int by_poll, status;

	close(fd);
	fd = -1;
	for (by_poll = 0; by_poll < 2; by_poll++) {
		pid_t child = waiter_start(by_poll);

		CHECK_STEP(falls_asleep(child));
		CHECK(module_unload("modkeeper") == EAGAIN);
		CHECK_STEP(driver_works());
		CHECK(kill(child, SIGKILL) == 0);
		CHECK(waitpid(child, &status, 0) == child);
		CHECK(module_unload("modkeeper") == 0);
		CHECK_STEP(driver_is_absent());
		CHECK_STEP(driver_start());
	}
	return NULL;
}

static const struct check checks[] = {
	{ "the_node_is_a_private_character_device", the_node_is_a_private_character_device },
	{ "every_open_file_has_a_cursor", every_open_file_has_a_cursor },
	{ "nothing_more_is_eagain", nothing_more_is_eagain },
	{ "a_small_buffer_loses_nothing", a_small_buffer_loses_nothing },
	{ "a_buffer_gets_whole_records_only", a_buffer_gets_whole_records_only },
	{ "a_bad_pointer_keeps_the_cursor", a_bad_pointer_keeps_the_cursor },
	{ "a_buffer_that_ends_early_loses_nothing", a_buffer_that_ends_early_loses_nothing },
	{ "seek_goes_to_the_ends_only", seek_goes_to_the_ends_only },
	{ "poll_tells_of_what_is_there", poll_tells_of_what_is_there },
	{ "write_makes_a_mark", write_makes_a_mark },
	{ "a_record_wakes_who_waits", a_record_wakes_who_waits },
	{ "a_signal_ends_the_wait", a_signal_ends_the_wait },
	{ "who_waits_keeps_the_driver", who_waits_keeps_the_driver },
};

const struct check_suite read_suite = {
	.name = "read",
	.start = start,
	.end = end,
	.checks = checks,
	.count = COUNT(checks),
};
