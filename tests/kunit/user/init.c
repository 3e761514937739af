// SPDX-License-Identifier: GPL-2.0-only
/*
 * The first and only process of the test kernel: loads the driver with its KUnit tests, then the
 * driver as it is shipped with the checks of this folder, and powers off. Everything is said as
 * KTAP on the console; the last line says that nothing was left out.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "checkers.h"
#include "module.h"
#include "suites.h"

static const char *tests_result;

/*
 * Loads the driver with its tests, which have run when that returns. What they say is in the
 * kernel's log, and must not come into the middle of what the checks say: it is done before.
 */
static const char *run_tests(void)
{
	CHECK(module_load("kunit/modkeeper", "") == 0);
	CHECK_STEP(driver_works());
	CHECK(module_unload("modkeeper") == 0);
	return driver_is_absent();
}

static const char *tests_ran(void)
{
	return tests_result;
}

static const struct check kunit_checks[] = {
	{ "driver_with_tests_comes_and_goes", tests_ran },
};

static const struct check_suite kunit_suite = {
	.name = "kunit",
	.checks = kunit_checks,
	.count = COUNT(kunit_checks),
};

static const struct check checker_checks[] = {
	{ "kmemleak_finds_nothing", leaks_absent },
	{ "lockdep_is_still_on", lockdep_is_on },
};

static const struct check_suite checker_suite = {
	.name = "checkers",
	.checks = checker_checks,
	.count = COUNT(checker_checks),
};

static const struct check_suite *const suites[] = {
	&kunit_suite,	 &record_suite,	 &read_suite,	   &ring_suite, &ioctl_suite,
	&snapshot_suite, &netlink_suite, &subscribe_suite, &life_suite, &failure_suite,
	&starting_suite, &torture_suite, &checker_suite,
};

static int make_mounts(void)
{
	mkdir("/proc", 0755);
	mkdir("/sys", 0755);
	return mount("proc", "/proc", "proc", 0, NULL) || mount("sys", "/sys", "sysfs", 0, NULL) ||
	       mount("dev", "/dev", "devtmpfs", 0, NULL) ||
	       mount("debug", "/sys/kernel/debug", "debugfs", 0, NULL);
}

static void run_all(void)
{
	static char text[512];
	const char *failed = run_tests();

	if (failed) {
		snprintf(text, sizeof(text), "%s", failed);
		tests_result = text;
	}
	check_run(suites, COUNT(suites));
	printf("init: all suites ran\n");
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (make_mounts() || module_load("mk_sample_base", "") || module_load("mk_sample_user", ""))
		printf("init: cannot mount, or load the samples\n");
	else
		run_all();
	fflush(stdout);
	reboot(RB_POWER_OFF);
	return 1;
}
