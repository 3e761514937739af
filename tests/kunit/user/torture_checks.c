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
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/modkeeper.h>

#include "check.h"
#include "module.h"
#include "records.h"
#include "suites.h"
#include "torture.h"

#define ROUNDS 3

#define REFUSALS 200

struct torture_shared *torture_shared;
int torture_own;
struct torture_tally *torture_mine;

static int fd = -1; /* the parent's */

/* ---- all of them ----------------------------------------------------------------------- */

enum part {
	WORKS,	    /* until its turns are over */
	READS,	    /* until the last torture_mark, and accounts for everything */
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
	{ "first marks", torture_write_first_marks, WORKS, OWN },
	{ "second marks", torture_write_second_marks, WORKS, OWN },
	{ "loads", torture_load_what_works, WORKS, OWN },
	{ "failing loads", torture_load_what_fails, WORKS, OWN },
	{ "device", torture_ask_the_device, WORKS, OWN },
	{ "netlink", torture_ask_on_netlink, WORKS, OWN },
	{ "subscribers", torture_subscribe_and_leave, WORKS, OWN },
	{ "opens", torture_open_and_close, WORKS, OWN },
	{ "filters", torture_switch_filters, WORKS, SWITCHED },
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
	note("last mark", torture_mark(fd, TORTURE_LAST_MARK));
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
