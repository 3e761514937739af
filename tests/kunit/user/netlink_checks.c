// SPDX-License-Identifier: GPL-2.0-only
/* The generic netlink family "modkeeper": what it answers, and why it refuses. */
#include <errno.h>
#include <stdbool.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/modkeeper.h>

#include "check.h"
#include "module.h"
#include "netlink.h"
#include "records.h"
#include "suites.h"

static struct netlink_answer answer;

static const char *get_module(const char *name)
{
	return netlink_request(MODKEEPER_GENL_NAME, MODKEEPER_CMD_GET_MODULE, false,
			       MODKEEPER_A_MODULE_NAME, name, strlen(name) + 1, &answer);
}

/* An attribute of the first message. */
static const struct nlattr *attribute(int type, unsigned int nth)
{
	return netlink_attribute(netlink_message(&answer, 0), type, nth);
}

static const char *text(int type)
{
	return netlink_data(attribute(type, 0));
}

static unsigned long long number(int type)
{
	return netlink_number(attribute(type, 0));
}

static const char *status_is_what_the_device_says(void)
{
	struct modkeeper_stats stats;
	struct modkeeper_info info;
	int fd = records_open();

	CHECK(fd >= 0);
	CHECK(ioctl(fd, MODKEEPER_IOC_INFO, &info) == 0);
	CHECK(ioctl(fd, MODKEEPER_IOC_STATS, &stats) == 0);
	CHECK_STEP(netlink_request(MODKEEPER_GENL_NAME, MODKEEPER_CMD_GET_STATUS, false, 0, NULL, 0,
				   &answer));
	close(fd);
	CHECK(answer.error == 0 && answer.messages == 1);
	CHECK(number(MODKEEPER_A_STATUS_ABI_MAJOR) == info.abi_major);
	CHECK(number(MODKEEPER_A_STATUS_ABI_MINOR) == info.abi_minor);
	CHECK(!strcmp(text(MODKEEPER_A_STATUS_VERSION), info.version));
	CHECK(number(MODKEEPER_A_STATUS_FEATURES) == info.features);
	CHECK(number(MODKEEPER_A_STATUS_RING_BYTES) == info.ring_bytes);
	CHECK(number(MODKEEPER_A_STATUS_PRODUCED) == stats.produced);
	CHECK(number(MODKEEPER_A_STATUS_OVERWRITTEN) == stats.overwritten);
	CHECK(number(MODKEEPER_A_STATUS_MISSED) == stats.missed);
	CHECK(number(MODKEEPER_A_STATUS_READERS) == 1);
	CHECK(number(MODKEEPER_A_STATUS_MODULES_LOADED) == stats.modules_loaded);
	CHECK(number(MODKEEPER_A_STATUS_GENERATION) == stats.generation);
	CHECK(number(MODKEEPER_A_STATUS_SUPPRESSED) == stats.suppressed);
	return NULL;
}

static const char *one_module_is_told_by_name(void)
{
	CHECK_STEP(get_module("mk_sample_user"));
	CHECK(answer.error == 0 && answer.messages == 1);
	CHECK(!strcmp(text(MODKEEPER_A_MODULE_NAME), "mk_sample_user"));
	CHECK(number(MODKEEPER_A_MODULE_STATE) == MODKEEPER_STATE_LIVE);
	CHECK(number(MODKEEPER_A_MODULE_REFERENCES) == 0);
	CHECK(!strcmp(text(MODKEEPER_A_MODULE_VERSION), "1.2-sample"));
	CHECK(!strcmp(text(MODKEEPER_A_MODULE_USES), "mk_sample_base"));
	CHECK(!attribute(MODKEEPER_A_MODULE_USES, 1));
	CHECK(!attribute(MODKEEPER_A_MODULE_USED_BY, 0));
	CHECK(number(MODKEEPER_A_MODULE_SIZE) > 0);

	CHECK_STEP(get_module("mk-sample-base"));
	CHECK(answer.error == 0);
	CHECK(!strcmp(text(MODKEEPER_A_MODULE_USED_BY), "mk_sample_user"));
	CHECK(number(MODKEEPER_A_MODULE_REFERENCES) == 1);
	return NULL;
}

static const char *a_gone_module_is_still_known(void)
{
	CHECK(module_load("mk_sample_init", "") == 0);
	CHECK(module_unload("mk_sample_init") == 0);
	CHECK_STEP(get_module("mk_sample_init"));
	CHECK(answer.error == 0);
	CHECK(number(MODKEEPER_A_MODULE_STATE) == MODKEEPER_STATE_GONE);
	CHECK(number(MODKEEPER_A_MODULE_LOAD_COUNT) == 1);
	CHECK(number(MODKEEPER_A_MODULE_LAST_SEQUENCE) ==
	      number(MODKEEPER_A_MODULE_LOAD_SEQUENCE) + 2);
	return NULL;
}

static const char *a_dump_has_every_loaded_module(void)
{
	unsigned int i;

	CHECK_STEP(netlink_request(MODKEEPER_GENL_NAME, MODKEEPER_CMD_GET_MODULE, true, 0, NULL, 0,
				   &answer));
	CHECK(answer.error == 0);
	CHECK(answer.messages >= 3);
	for (i = 0; i < answer.messages; i++) {
		const struct nlmsghdr *message = netlink_message(&answer, i);

		CHECK(message->nlmsg_flags & NLM_F_MULTI);
		CHECK(module_loaded(
			netlink_data(netlink_attribute(message, MODKEEPER_A_MODULE_NAME, 0))));
	}
	CHECK(!strcmp(text(MODKEEPER_A_MODULE_NAME), "mk_sample_base"));
	return NULL;
}

static const char *refusals_say_why(void)
{
	unsigned int value = 1;

	CHECK_STEP(get_module("never_seen"));
	CHECK(answer.error == ENOENT && strstr(answer.message, ": never_seen"));
	CHECK_STEP(get_module(""));
	CHECK(answer.error == EINVAL && answer.message[0]);
	CHECK_STEP(get_module("a/b"));
	CHECK(answer.error == EINVAL && answer.message[0]);
	CHECK_STEP(netlink_request(MODKEEPER_GENL_NAME, MODKEEPER_CMD_GET_MODULE, false, 0, NULL, 0,
				   &answer));
	CHECK(answer.error == EINVAL && strstr(answer.message, "name"));
	/* attributes that the command does not take, and one that nobody knows */
	CHECK_STEP(netlink_request(MODKEEPER_GENL_NAME, MODKEEPER_CMD_GET_MODULE, false,
				   MODKEEPER_A_MODULE_STATE, &value, sizeof(value), &answer));
	CHECK(answer.error == EINVAL);
	CHECK_STEP(netlink_request(MODKEEPER_GENL_NAME, MODKEEPER_CMD_GET_STATUS, false,
				   MODKEEPER_A_STATUS_READERS, &value, sizeof(value), &answer));
	CHECK(answer.error == EINVAL);
	CHECK_STEP(netlink_request(MODKEEPER_GENL_NAME, MODKEEPER_CMD_GET_MODULE, true, 200, &value,
				   sizeof(value), &answer));
	CHECK(answer.error == EINVAL);
	CHECK_STEP(netlink_request(MODKEEPER_GENL_NAME, 77, false, 0, NULL, 0, &answer));
	CHECK(answer.error == EOPNOTSUPP);
	return NULL;
}

/* A name without its NUL, and one that is longer than any. */
static const char *malformed_names_are_refused(void)
{
	char name[400];

	memset(name, 'a', sizeof(name));
	CHECK_STEP(netlink_request(MODKEEPER_GENL_NAME, MODKEEPER_CMD_GET_MODULE, false,
				   MODKEEPER_A_MODULE_NAME, name, 10, &answer));
	CHECK(answer.error == EINVAL);
	name[sizeof(name) - 1] = 0;
	CHECK_STEP(get_module(name));
	CHECK(answer.error == EINVAL || answer.error == ERANGE);
	return NULL;
}

static const char *parameters_are_told(void)
{
	const char *type = "";
	unsigned int i;

	CHECK_STEP(netlink_request(MODKEEPER_GENL_NAME, MODKEEPER_CMD_GET_PARAMS, true,
				   MODKEEPER_A_PARAMETER_MODULE, "modkeeper", 10, &answer));
	CHECK(answer.error == 0 && answer.messages >= 3);
	for (i = 0; i < answer.messages; i++) {
		const struct nlmsghdr *message = netlink_message(&answer, i);

		if (strcmp(netlink_data(netlink_attribute(message, MODKEEPER_A_PARAMETER_NAME, 0)),
			   "ring_kb"))
			continue;
		type = netlink_data(netlink_attribute(message, MODKEEPER_A_PARAMETER_TYPE, 0));
		CHECK(netlink_number(netlink_attribute(message, MODKEEPER_A_PARAMETER_MODE, 0)) ==
		      0444);
	}
	CHECK(!strcmp(type, "uint"));
	CHECK_STEP(netlink_request(MODKEEPER_GENL_NAME, MODKEEPER_CMD_GET_PARAMS, true,
				   MODKEEPER_A_PARAMETER_MODULE, "never_seen", 11, &answer));
	CHECK(answer.error == ENOENT);
	return NULL;
}

static const struct check checks[] = {
	{ "status_is_what_the_device_says", status_is_what_the_device_says },
	{ "one_module_is_told_by_name", one_module_is_told_by_name },
	{ "a_gone_module_is_still_known", a_gone_module_is_still_known },
	{ "a_dump_has_every_loaded_module", a_dump_has_every_loaded_module },
	{ "refusals_say_why", refusals_say_why },
	{ "malformed_names_are_refused", malformed_names_are_refused },
	{ "parameters_are_told", parameters_are_told },
};

const struct check_suite netlink_suite = {
	.name = "netlink",
	.start = driver_start,
	.end = driver_end,
	.checks = checks,
	.count = COUNT(checks),
};
