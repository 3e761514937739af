// SPDX-License-Identifier: GPL-2.0-only
/*
 * Everything at once: modules come and go and marks are written while readers of all kinds read,
 * filters change, and every question is asked; the driver may not be unloaded meanwhile and can be
 * right after. Then the books are made up: what was produced is what each reader was given, was
 * held back from it, or was told to have lost.
 *
 * Counted in rounds and in turns of each process, not in time. TORTURE=N in the environment makes
 * it N times as many rounds.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/modkeeper.h>

#include "check.h"
#include "module.h"
#include "netlink.h"
#include "records.h"
#include "suites.h"
#include "torture.h"

#define ROUNDS 3

#define MARKS 600 /* of each writer, some 130 bytes apiece: the ring goes round */
#define LOADS 60
#define ASKS 60
#define SWITCHES 1500
#define OPENINGS 300
#define SUBSCRIPTIONS 40
#define REFUSALS 200

struct torture_shared *torture_shared;
int torture_own;
struct torture_tally *torture_mine;

static int fd = -1; /* the parent's */

/* ---- who makes records ----------------------------------------------------------------- */

static const char *mark(int to, const char *text)
{
	CHECK(write(to, text, strlen(text)) == (ssize_t)strlen(text));
	return NULL;
}

static const char *write_marks(int writer)
{
	char text[64];
	int i;

	for (i = 1; i <= MARKS; i++) {
		snprintf(text, sizeof(text), "torture %d %d\n", writer, i);
		CHECK_STEP(mark(torture_own, text));
	}
	return NULL;
}

static const char *write_first_marks(void)
{
	return write_marks(0);
}

static const char *write_second_marks(void)
{
	return write_marks(1);
}

static bool is_one_of(int error, const int *all, unsigned int count)
{
	while (count--)
		if (all[count] == error)
			return true;
	return false;
}

/*
 * Two processes do this with one module. Each may find the other's there, or get the result of its
 * load, as the kernel lets calls with one file share theirs.
 */
static const char *load_and_unload(const char *parameters)
{
	static const int loads[] = { 0, EEXIST, EBUSY, ENOMEM };
	static const int unloads[] = { 0, ENOENT, EBUSY, EAGAIN };
	int i;

	for (i = 0; i < LOADS; i++) {
		errno = module_load("mk_sample_init", parameters);
		CHECK(is_one_of(errno, loads, COUNT(loads)));
		errno = module_unload("mk_sample_init");
		CHECK(is_one_of(errno, unloads, COUNT(unloads)));
	}
	return NULL;
}

static const char *load_what_works(void)
{
	return load_and_unload("");
}

static const char *load_what_fails(void)
{
	return load_and_unload("error=12");
}

/* ---- who asks -------------------------------------------------------------------------- */

static _Alignas(8) char buffer[64 * 1024];

static const char *switch_filters(void)
{
	static const struct modkeeper_filter filters[] = {
		{},
		{ .name = "mk_*" },
		{ .kinds = 1ull << MODKEEPER_RECORD_MARK },
		{ .kinds = 1ull << MODKEEPER_RECORD_UNLOAD, .name = "[a-m]k?sample*t" },
		{ .name = "none" },
		{ .kinds = 1ull << MODKEEPER_RECORD_LOAD_LIVE |
			   1ull << MODKEEPER_RECORD_LOAD_FAILED },
	};
	int i;

	for (i = 0; i < SWITCHES; i++) {
		struct modkeeper_filter filter = filters[i % COUNT(filters)];

		CHECK(ioctl(torture_own, MODKEEPER_IOC_FILTER, &filter) == 0);
	}
	return NULL;
}

/* Entries that lie behind one another, as many as are said to be there. */
static const char *entries_are_sound(const void *entries, unsigned int count, unsigned int bytes)
{
	unsigned int at = 0, i;

	for (i = 0; i < count; i++) {
		const struct modkeeper_module *entry = (const void *)((const char *)entries + at);

		CHECK(entry->size >= entry->fixed_size && entry->size % 8 == 0);
		CHECK(entry->size <= bytes - at);
		CHECK(entry->name.offset + entry->name.length < entry->size);
		at += entry->size;
	}
	CHECK(at == bytes);
	return NULL;
}

static const char *ask_for_modules(void)
{
	struct modkeeper_snapshot all = { .buffer = (uintptr_t)buffer,
					  .buffer_size = sizeof(buffer),
					  .flags = MODKEEPER_SNAPSHOT_GONE };
	struct modkeeper_query one = { .name = "mk_sample_init",
				       .buffer = (uintptr_t)buffer,
				       .buffer_size = sizeof(buffer) };
	struct modkeeper_holders holders = { .name = "modkeeper",
					     .buffer = (uintptr_t)buffer,
					     .buffer_size = sizeof(buffer) };

	CHECK(ioctl(torture_own, MODKEEPER_IOC_SNAPSHOT, &all) == 0);
	CHECK_STEP(entries_are_sound(buffer, all.count, all.needed));
	if (ioctl(torture_own, MODKEEPER_IOC_QUERY, &one) == 0)
		CHECK_STEP(entries_are_sound(buffer, 1, one.needed));
	else
		CHECK(errno == ENOENT);
	CHECK(ioctl(torture_own, MODKEEPER_IOC_HOLDERS, &holders) == 0);
	/* at least the parent, and who asks */
	CHECK(holders.count >= 2);
	return NULL;
}

static const char *ask_the_device(void)
{
	unsigned long long produced = 0, generation = 0;
	int i;

	for (i = 0; i < ASKS; i++) {
		struct modkeeper_stats stats;
		struct modkeeper_info info;

		CHECK(ioctl(torture_own, MODKEEPER_IOC_INFO, &info) == 0);
		CHECK(ioctl(torture_own, MODKEEPER_IOC_STATS, &stats) == 0);
		CHECK(stats.produced >= produced && stats.generation >= generation);
		CHECK(stats.overwritten <= stats.produced && stats.missed == 0);
		produced = stats.produced;
		generation = stats.generation;
		CHECK_STEP(ask_for_modules());
	}
	return NULL;
}

static const char *ask_on_netlink(void)
{
	static struct netlink_answer answer;
	unsigned long long produced = 0, now;
	int i;

	for (i = 0; i < ASKS; i++) {
		CHECK_STEP(netlink_request(MODKEEPER_GENL_NAME, MODKEEPER_CMD_GET_STATUS, false, 0,
					   NULL, 0, &answer));
		CHECK(answer.error == 0);
		now = netlink_number(netlink_attribute(netlink_message(&answer, 0),
						       MODKEEPER_A_STATUS_PRODUCED, 0));
		CHECK(now >= produced);
		produced = now;
		CHECK_STEP(netlink_request(MODKEEPER_GENL_NAME, MODKEEPER_CMD_GET_MODULE, true, 0,
					   NULL, 0, &answer));
		CHECK(answer.error == 0 && answer.messages >= 3);
		CHECK_STEP(netlink_request(MODKEEPER_GENL_NAME, MODKEEPER_CMD_GET_MODULE, false,
					   MODKEEPER_A_MODULE_NAME, "mk_sample_init", 15, &answer));
		CHECK(answer.error == 0 || answer.error == ENOENT);
		CHECK_STEP(netlink_request(MODKEEPER_GENL_NAME, MODKEEPER_CMD_GET_PARAMS, true,
					   MODKEEPER_A_PARAMETER_MODULE, "mk_sample_user", 15,
					   &answer));
		CHECK(answer.error == 0 && answer.messages == 6);
	}
	return NULL;
}

/* Some of what a subscriber is told, in its order; none when nothing happens any more. */
static const char *listen_for_a_while(int subscriber)
{
	static struct netlink_answer heard;
	unsigned long long before = 0, sequence;
	unsigned int turns = 20, i;

	while (turns--) {
		const char *failed = netlink_hear(subscriber, &heard);

		if (failed) {
			CHECK(errno == EAGAIN || errno == ENOBUFS);
			break;
		}
		for (i = 0; i < heard.messages; i++) {
			sequence = netlink_number(netlink_attribute(netlink_message(&heard, i),
								    MODKEEPER_A_EVENT_SEQUENCE, 0));
			CHECK(sequence > before);
			before = sequence;
		}
	}
	return NULL;
}

static const char *subscribe_and_leave(void)
{
	const struct timeval patience = { .tv_usec = 50000 };
	int i;

	for (i = 0; i < SUBSCRIPTIONS; i++) {
		int subscriber = netlink_subscribe();
		const char *failed;

		CHECK(subscriber >= 0);
		CHECK(!setsockopt(subscriber, SOL_SOCKET, SO_RCVTIMEO, &patience,
				  sizeof(patience)));
		failed = listen_for_a_while(subscriber);
		close(subscriber);
		CHECK_STEP(failed);
	}
	return NULL;
}

static const char *open_and_close(void)
{
	int i;

	for (i = 0; i < OPENINGS; i++) {
		int of = records_open();

		CHECK(of >= 0);
		CHECK(lseek(of, 0, i % 2 ? SEEK_DATA : SEEK_SET) == 0);
		CHECK(read(of, buffer, MODKEEPER_RECORD_MAX) > 0 || errno == EAGAIN);
		close(of);
	}
	return NULL;
}

/* ---- all of them ----------------------------------------------------------------------- */

enum part {
	WORKS,	    /* until its turns are over */
	READS,	    /* until the last mark, and accounts for everything */
	READS_SOME, /* until it is quiet */
	READS_HALF, /* the same; with the others of this sort it accounts for everything */
};

enum file {
	OWN,
	OWN_NONBLOCK,
	COMMON,	  /* read by two processes */
	SWITCHED, /* read by one while another changes its filter */
	FILES,
};

static const struct actor {
	const char *name;
	const char *(*run)(void);
	enum part part;
	enum file file; /* open before anything happens */
} actors[] = {
	{ "first marks", write_first_marks, WORKS, OWN },
	{ "second marks", write_second_marks, WORKS, OWN },
	{ "loads", load_what_works, WORKS, OWN },
	{ "failing loads", load_what_fails, WORKS, OWN },
	{ "device", ask_the_device, WORKS, OWN },
	{ "netlink", ask_on_netlink, WORKS, OWN },
	{ "subscribers", subscribe_and_leave, WORKS, OWN },
	{ "opens", open_and_close, WORKS, OWN },
	{ "filters", switch_filters, WORKS, SWITCHED },
	{ "switched reader", torture_read_while_switched, READS_SOME, SWITCHED },
	{ "one of two", torture_read_in_common, READS_HALF, COMMON },
	{ "other of two", torture_read_in_common, READS_HALF, COMMON },
	{ "reader", torture_read_all, READS, OWN },
	{ "small reader", torture_read_little, READS, OWN_NONBLOCK },
	{ "slow reader", torture_read_slowly, READS, OWN },
	{ "reader of marks", torture_read_marks, READS, OWN },
	{ "reader of marks and ends", torture_read_marks_and_ends, READS, OWN_NONBLOCK },
	{ "mapping", torture_read_mapping, READS, OWN },
};

static pid_t children[COUNT(actors)];
static int files[COUNT(actors)];

static void actor_start(unsigned int index)
{
	const char *failed;
	unsigned int i;

	children[index] = fork();
	if (children[index])
		return;
	for (i = 0; i < COUNT(actors); i++)
		if (i != index)
			close(files[i]);
	torture_own = files[index];
	torture_mine = &torture_shared->tally[index];
	failed = actors[index].run();
	if (failed)
		snprintf(torture_mine->failed, sizeof(torture_mine->failed), "%s", failed);
	_exit(failed != NULL);
}

/* What failed first in a round: of what follows from it there may be much. */
static char first_failure[512];

static void note(const char *who, const char *failed)
{
	if (failed && !first_failure[0])
		snprintf(first_failure, sizeof(first_failure), "%s: %s", who, failed);
}

/* Waits for those that work, or for those that read. */
static void actors_end(bool working)
{
	unsigned int i;
	int status;

	for (i = 0; i < COUNT(actors); i++) {
		if ((actors[i].part == WORKS) != working)
			continue;
		waitpid(children[i], &status, 0);
		if (WIFSIGNALED(status))
			note(actors[i].name, "killed by a signal");
		else if (status)
			note(actors[i].name, torture_shared->tally[i].failed);
	}
}

static const char *unloading_is_refused(void)
{
	int i;

	for (i = 0; i < REFUSALS; i++) {
		CHECK(module_unload("modkeeper") == EAGAIN);
		usleep(1000);
	}
	return NULL;
}

static const char *books_balance(unsigned long long produced)
{
	unsigned long long half = 0;
	unsigned int i;

	for (i = 0; i < COUNT(actors); i++) {
		const struct torture_tally *tally = &torture_shared->tally[i];
		unsigned long long sum = tally->delivered + tally->held + tally->lost;

		if (actors[i].part == WORKS)
			continue;
		printf("    # %s: %llu = %llu delivered + %llu held back + %llu lost\n",
		       actors[i].name, sum, tally->delivered, tally->held, tally->lost);
		if (actors[i].part == READS)
			CHECK(sum == produced);
		if (actors[i].part == READS_SOME)
			CHECK(sum <= produced);
		if (actors[i].part == READS_HALF)
			half += sum;
	}
	CHECK(half == produced);
	return NULL;
}

static const char *round_run(void)
{
	struct modkeeper_stats stats;
	unsigned int i;

	memset(torture_shared, 0, sizeof(*torture_shared));
	first_failure[0] = 0;
	fflush(stdout);
	for (i = 0; i < COUNT(actors); i++)
		actor_start(i);
	note("unload", unloading_is_refused());
	actors_end(true);
	/* Also when something has failed: readers go on until they see it. */
	note("last mark", mark(fd, TORTURE_LAST_MARK));
	atomic_store(&torture_shared->quiet, true);
	actors_end(false);
	if (first_failure[0])
		return first_failure;
	CHECK(ioctl(fd, MODKEEPER_IOC_STATS, &stats) == 0);
	return books_balance(stats.produced);
}

static int device(int flags)
{
	return open("/dev/modkeeper", O_RDWR | O_CLOEXEC | flags);
}

/* Two with one open file have a copy each of its descriptor. */
static const char *files_open(void)
{
	int first[FILES] = {};
	unsigned int i;

	fd = device(0);
	CHECK(fd >= 0);
	for (i = 0; i < COUNT(actors); i++) {
		enum file file = actors[i].file;

		if (file > OWN_NONBLOCK && first[file])
			files[i] = dup(first[file]);
		else
			files[i] = device(file == OWN ? 0 : O_NONBLOCK);
		CHECK(files[i] >= 0);
		first[file] = files[i];
	}
	return NULL;
}

static void files_close(void)
{
	unsigned int i;

	close(fd);
	for (i = 0; i < COUNT(actors); i++)
		close(files[i]);
}

static const char *driver_is_tortured_and_goes(void)
{
	const char *failed;

	CHECK_STEP(driver_start());
	failed = files_open();
	failed = failed ? failed : round_run();
	files_close();
	CHECK_STEP(failed);
	/* what the last loader may have left, as its unload came while the other one loaded */
	if (module_loaded("mk_sample_init"))
		CHECK(module_unload("mk_sample_init") == 0);
	CHECK(module_unload("modkeeper") == 0);
	return driver_is_absent();
}

static const char *it_survives_everything_at_once(void)
{
	const char *times = getenv("TORTURE");
	int rounds = ROUNDS * (times ? atoi(times) : 1), i;

	CHECK(rounds > 0);
	for (i = 1; i <= rounds; i++) {
		printf("    # round %d of %d\n", i, rounds);
		CHECK_STEP(driver_is_tortured_and_goes());
	}
	return NULL;
}

static const char *start(void)
{
	torture_shared = mmap(NULL, sizeof(*torture_shared), PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	CHECK(torture_shared != MAP_FAILED);
	return NULL;
}

static const char *end(void)
{
	munmap(torture_shared, sizeof(*torture_shared));
	return driver_end();
}

static const struct check checks[] = {
	{ "it_survives_everything_at_once", it_survives_everything_at_once },
};

const struct check_suite torture_suite = {
	.name = "torture",
	.start = start,
	.end = end,
	.checks = checks,
	.count = COUNT(checks),
};
