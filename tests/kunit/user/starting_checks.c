// SPDX-License-Identifier: GPL-2.0-only
/*
 * Init fails at each of its steps while others are at what it has opened already: they begin dumps
 * and read them to their end later, subscribe, open the device and wait on it. A kernel frees the
 * module of a failing init whatever holds it, so that whoever got hold of it calls what is no more:
 * the kernel's checkers see that.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/modkeeper.h>

#include "check.h"
#include "failing.h"
#include "module.h"
#include "netlink.h"
#include "suites.h"

/* Dumps that one process begins before it looks at any. */
#define DUMPS 32

/* What the children count and look at, in memory of all. */
static struct seen {
	atomic_uint asked;  /* requests while the family was there */
	atomic_uint opened; /* of the device */
	atomic_bool leave;  /* the module: it is to be unloaded */
} * seen;

static void ask(int fd, int family, int command, bool dump)
{
	if (fd >= 0 && !netlink_send(fd, family, command, dump))
		atomic_fetch_add(&seen->asked, 1);
}

/* Where nothing is read, the answer of one request keeps the dump behind it from going on. */
static void ask_for_more_than_fits(int fd, int family)
{
	const int least = 1;

	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &least, sizeof(least));
	ask(fd, family, MODKEEPER_CMD_GET_STATUS, false);
	ask(fd, family, MODKEEPER_CMD_GET_STATUS, false);
}

/* As many requests as there is time for, and later a look at what came of them. */
static void ask_while_it_is_there(int family)
{
	static const int dumps[] = { MODKEEPER_CMD_GET_MODULE, MODKEEPER_CMD_GET_PARAMS };
	int fds[DUMPS], i;

	for (i = 0; i < DUMPS; i++) {
		fds[i] = netlink_open();
		if (i % 4 < 2)
			ask_for_more_than_fits(fds[i], family);
		ask(fds[i], family, dumps[i % COUNT(dumps)], true);
	}
	ask(fds[2], family, MODKEEPER_CMD_SUBSCRIBE, false);
	usleep(500);
	for (i = 0; i < DUMPS; i++) {
		while (netlink_verdict(fds[i]) != -1)
			;
		close(fds[i]);
	}
}

static void use_netlink(void)
{
	int family = netlink_family(MODKEEPER_GENL_NAME);

	if (family > 0)
		ask_while_it_is_there(family);
}

static void use_device(void)
{
	struct pollfd waiting = { .events = POLLIN };

	waiting.fd = open("/dev/modkeeper", O_RDONLY | O_CLOEXEC);
	if (waiting.fd < 0)
		return;
	atomic_fetch_add(&seen->opened, 1);
	poll(&waiting, 1, 1);
	close(waiting.fd);
}

static void (*const users[])(void) = { use_netlink, use_netlink, use_device };

static void use_until_killed(void (*use)(void))
{
	for (;;)
		if (atomic_load(&seen->leave))
			usleep(100);
		else
			use();
}

/* One of them always has it, else. */
static const char *unload_left_by_users(void)
{
	int error, tries = 0;

	atomic_store(&seen->leave, true);
	while ((error = module_unload("modkeeper")) == EAGAIN && ++tries < 100000)
		usleep(100);
	atomic_store(&seen->leave, false);
	CHECK(error == 0);
	return NULL;
}

static const char *fail_each_step(void)
{
	unsigned int nth, refused = 0;
	bool failed = true;

	for (nth = 1; failed && nth < STEPS_MAX; nth++) {
		int error;

		fail_step(nth);
		error = module_load("modkeeper", "ring_kb=64");
		failed = step_failed();
		CHECK(error == 0 || (failed && error == ENOMEM));
		refused += error != 0;
		if (!error)
			CHECK_STEP(unload_left_by_users());
	}
	printf("    # %u steps, %u needed; %u requests; opened %u times\n", nth - 2, refused,
	       atomic_load(&seen->asked), atomic_load(&seen->opened));
	CHECK(nth < STEPS_MAX);
	CHECK(refused > 20);
	return NULL;
}

static const char *every_step_of_init_fails_amid_users(void)
{
	pid_t children[COUNT(users)];
	const char *failed;
	unsigned int i;
	int status;

	seen = mmap(NULL, sizeof(*seen), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	CHECK(seen != MAP_FAILED);
	for (i = 0; i < COUNT(users); i++) {
		children[i] = fork();
		if (!children[i])
			use_until_killed(users[i]);
	}
	failed = fail_each_step();
	for (i = 0; i < COUNT(users); i++) {
		kill(children[i], SIGKILL);
		waitpid(children[i], &status, 0);
	}
	CHECK_STEP(failed);
	/* how many came in between is chance */
	CHECK(atomic_load(&seen->asked) > 0 && atomic_load(&seen->opened) > 0);
	munmap(seen, sizeof(*seen));
	CHECK_STEP(driver_is_absent());
	CHECK_STEP(driver_start());
	return driver_works();
}

static const struct check checks[] = {
	{ "every_step_of_init_fails_amid_users", every_step_of_init_fails_amid_users },
};

const struct check_suite starting_suite = {
	.name = "starting",
	.start = failing_aim,
	.end = driver_end,
	.checks = checks,
	.count = COUNT(checks),
};
