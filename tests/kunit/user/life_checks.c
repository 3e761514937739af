// SPDX-License-Identifier: GPL-2.0-only
/* The driver comes with good parameters only, and goes whatever is going on. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "module.h"
#include "netlink.h"
#include "records.h"
#include "suites.h"

#define CYCLES 50

static const char *bad_parameters_are_refused(void)
{
	static const char *const bad[] = {
		"ring_kb=0",	      "ring_kb=1",   "ring_kb=63",    "ring_kb=65",
		"ring_kb=96",	      "ring_kb=100", "ring_kb=65537", "ring_kb=131072",
		"ring_kb=4294967232", "ring_kb=-64", "ring_kb=abc",   "ring_kb=64k",
		"ring_kb=",	      "ring_kb",     "debug=maybe",
	};
	unsigned int i;

	for (i = 0; i < COUNT(bad); i++) {
		printf("    # %s\n", bad[i]);
		CHECK(module_load("modkeeper", bad[i]) == EINVAL);
		CHECK_STEP(driver_is_absent());
	}
	CHECK(module_load("modkeeper", "ring_kb=18446744073709551616") != 0);
	return driver_is_absent();
}

static const char *good_parameters_hold_and_show(void)
{
	static const char *const good[] = { "64", "128", "1024", "16384" };
	unsigned int i;

	for (i = 0; i < COUNT(good); i++) {
		char parameters[64], text[64], kb[64];
		struct modkeeper_info info;
		int fd;

		snprintf(parameters, sizeof(parameters), "ring_kb=%s debug=1", good[i]);
		CHECK(module_load("modkeeper", parameters) == 0);
		CHECK(!strcmp(file_text("/sys/module/modkeeper/parameters/ring_kb", text,
					sizeof(text)),
			      good[i]));
		CHECK(!strcmp(file_text("/sys/module/modkeeper/parameters/debug", text,
					sizeof(text)),
			      "Y"));
		fd = records_open();
		CHECK(fd >= 0);
		CHECK(ioctl(fd, MODKEEPER_IOC_INFO, &info) == 0);
		close(fd);
		snprintf(kb, sizeof(kb), "%llu", info.ring_bytes / 1024);
		CHECK(!strcmp(kb, good[i]));
		CHECK_STEP(driver_end());
	}
	return NULL;
}

static const char *there_is_one_driver_only(void)
{
	CHECK_STEP(driver_start());
	CHECK(module_load("modkeeper", "") == EEXIST);
	return driver_works();
}

static const char *it_comes_and_goes(void)
{
	int i;

	for (i = 0; i < CYCLES; i++) {
		CHECK_STEP(driver_start());
		CHECK_STEP(driver_works());
		CHECK_STEP(driver_end());
		CHECK_STEP(driver_is_absent());
	}
	return NULL;
}

static const char *an_open_file_keeps_it(void)
{
	int fd;

	CHECK_STEP(driver_start());
	fd = records_open();
	CHECK(fd >= 0);
	CHECK(module_unload("modkeeper") == EAGAIN);
	CHECK_STEP(driver_works());
	close(fd);
	CHECK(module_unload("modkeeper") == 0);
	return driver_is_absent();
}

/* Children that load, unload, read and ask as fast as they can, until they are killed. */
static void disturb(int kind)
{
	static struct records seen;
	int fd;

	for (;;) {
		switch (kind) {
		case 0:
			module_load("mk_sample_init", "");
			module_unload("mk_sample_init");
			break;
		case 1:
			module_load("mk_sample_init", "error=12");
			break;
		case 2:
			fd = records_open();
			if (fd >= 0) {
				records_drain(fd, &seen);
				close(fd);
			}
			break;
		case 3:
			netlink_family("modkeeper");
			break;
		}
		usleep(100);
	}
}

static const char *come_and_go_amid_traffic(void)
{
	int i, tries = 0;

	for (i = 0; i < CYCLES; i++) {
		int error;

		CHECK_STEP(driver_start());
		usleep(2000);
		do {
			error = module_unload("modkeeper");
			if (error)
				usleep(100);
		} while (error == EAGAIN && ++tries < 100 * CYCLES);
		CHECK(error == 0);
	}
	return NULL;
}

static const char *it_comes_and_goes_amid_traffic(void)
{
	pid_t children[4];
	const char *failed;
	int i, status;

	for (i = 0; i < (int)COUNT(children); i++) {
		children[i] = fork();
		if (!children[i])
			disturb(i);
	}
	failed = come_and_go_amid_traffic();
	for (i = 0; i < (int)COUNT(children); i++) {
		kill(children[i], SIGKILL);
		waitpid(children[i], &status, 0);
	}
	/* a child may have been killed between the two */
	if (module_loaded("mk_sample_init"))
		module_unload("mk_sample_init");
	CHECK_STEP(failed);
	return driver_is_absent();
}

static const struct check checks[] = {
	{ "bad_parameters_are_refused", bad_parameters_are_refused },
	{ "good_parameters_hold_and_show", good_parameters_hold_and_show },
	{ "there_is_one_driver_only", there_is_one_driver_only },
	{ "it_comes_and_goes", it_comes_and_goes },
	{ "an_open_file_keeps_it", an_open_file_keeps_it },
	{ "it_comes_and_goes_amid_traffic", it_comes_and_goes_amid_traffic },
};

const struct check_suite life_suite = {
	.name = "life",
	.end = driver_end,
	.checks = checks,
	.count = COUNT(checks),
};
