// SPDX-License-Identifier: GPL-2.0-only
/* Who is told of events over netlink, until when, and that nobody else is. */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/genetlink.h>
#include <linux/modkeeper.h>

#include "check.h"
#include "module.h"
#include "netlink.h"
#include "suites.h"

/* As many as there may be. */
#define SUBSCRIBERS_MAX 32

static struct netlink_answer answer;
static int sockets[SUBSCRIBERS_MAX + 1];

static const char *start(void)
{
	memset(sockets, -1, sizeof(sockets));
	return driver_start();
}

static const char *end(void)
{
	unsigned int i;

	for (i = 0; i < COUNT(sockets); i++)
		if (sockets[i] >= 0)
			close(sockets[i]);
	return driver_end();
}

static const char *ask(int fd, int command)
{
	return netlink_command(fd, MODKEEPER_GENL_NAME, command, &answer);
}

/* Hears until a load of mk_sample_init has ended. */
static const char *hear_a_load(int fd, unsigned int *heard)
{
	unsigned int i;

	for (;;) {
		CHECK_STEP(netlink_hear(fd, &answer));
		for (i = 0; i < answer.messages; i++) {
			const struct nlmsghdr *message = netlink_message(&answer, i);
			int kind = netlink_number(
				netlink_attribute(message, MODKEEPER_A_EVENT_KIND, 0));

			if (strcmp(netlink_data(
					   netlink_attribute(message, MODKEEPER_A_EVENT_MODULE, 0)),
				   "mk_sample_init"))
				continue;
			++*heard;
			if (kind == MODKEEPER_RECORD_LOAD_FAILED)
				return NULL;
			CHECK(kind == MODKEEPER_RECORD_LOAD_BEGIN);
			CHECK(!strcmp(
				netlink_data(netlink_attribute(message, MODKEEPER_A_EVENT_ARGS, 0)),
				"error=19"));
		}
	}
}

/* A load, of which a subscriber is told; by then everybody would be. */
static const char *load_and_tell(void)
{
	unsigned int heard = 0;
	int witness = netlink_subscribe();
	const char *failed;

	CHECK(witness >= 0);
	CHECK(module_load("mk_sample_init", "error=19") == ENODEV);
	failed = hear_a_load(witness, &heard);
	close(witness);
	CHECK_STEP(failed);
	CHECK(heard == 2);
	return NULL;
}

static const char *hears_nothing(int fd)
{
	char byte;

	CHECK(recv(fd, &byte, 1, MSG_DONTWAIT) == -1 && errno == EAGAIN);
	return NULL;
}

static const char *every_subscriber_is_told(void)
{
	unsigned int heard = 0;

	sockets[0] = netlink_subscribe();
	CHECK(sockets[0] >= 0);
	CHECK_STEP(load_and_tell());
	CHECK_STEP(hear_a_load(sockets[0], &heard));
	CHECK(heard == 2);
	return NULL;
}

/* Opened by @opener, used by @user: @error, and not told if there is one. */
static const char *subscribe_as(uid_t opener, uid_t user, int error)
{
	const char *failed;
	int fd;

	CHECK(seteuid(opener) == 0);
	fd = netlink_open();
	CHECK(seteuid(0) == 0 && seteuid(user) == 0);
	failed = ask(fd, MODKEEPER_CMD_SUBSCRIBE);
	CHECK(seteuid(0) == 0);
	sockets[0] = fd;
	CHECK_STEP(failed);
	CHECK(answer.error == error);
	if (error) {
		CHECK(answer.message[0]);
		CHECK_STEP(load_and_tell());
		CHECK_STEP(hears_nothing(fd));
	}
	close(fd);
	sockets[0] = -1;
	return NULL;
}

/* Neither a socket that was handed on nor a program that was made to write to one will do. */
static const char *opener_and_asker_need_the_capability(void)
{
	CHECK_STEP(subscribe_as(1000, 1000, EPERM));
	CHECK_STEP(subscribe_as(0, 1000, EPERM));
	CHECK_STEP(subscribe_as(1000, 0, EPERM));
	return subscribe_as(0, 0, 0);
}

/* The kernel itself tells everybody which families come and go. */
static const char *hears_of_families_only(int fd)
{
	ssize_t got;

	while ((got = recv(fd, answer.bytes, sizeof(answer.bytes), MSG_DONTWAIT)) > 0)
		CHECK(((const struct nlmsghdr *)answer.bytes)->nlmsg_type == GENL_ID_CTRL);
	CHECK(got == -1 && errno == EAGAIN);
	return NULL;
}

static const char *no_group_can_be_joined(void)
{
	unsigned int group;

	CHECK(!netlink_has_groups(MODKEEPER_GENL_NAME));
	/* also none that was joined before it is there */
	CHECK(module_unload("modkeeper") == 0);
	CHECK(seteuid(1000) == 0);
	sockets[0] = netlink_open();
	for (group = 1; group <= 64; group++)
		setsockopt(sockets[0], SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group));
	CHECK(seteuid(0) == 0);
	CHECK_STEP(driver_start());
	CHECK_STEP(load_and_tell());
	return hears_of_families_only(sockets[0]);
}

static const char *who_unsubscribes_is_told_no_more(void)
{
	sockets[0] = netlink_open();
	CHECK_STEP(ask(sockets[0], MODKEEPER_CMD_UNSUBSCRIBE));
	CHECK(answer.error == ENOENT && answer.message[0]);
	/* twice is once */
	CHECK_STEP(ask(sockets[0], MODKEEPER_CMD_SUBSCRIBE));
	CHECK_STEP(ask(sockets[0], MODKEEPER_CMD_SUBSCRIBE));
	CHECK(answer.error == 0);
	CHECK_STEP(ask(sockets[0], MODKEEPER_CMD_UNSUBSCRIBE));
	CHECK(answer.error == 0);
	CHECK_STEP(ask(sockets[0], MODKEEPER_CMD_UNSUBSCRIBE));
	CHECK(answer.error == ENOENT);
	CHECK_STEP(load_and_tell());
	CHECK_STEP(hears_nothing(sockets[0]));
	return NULL;
}

/* Whoever has the port of a subscriber that is gone is not told. */
static const char *a_port_is_no_subscription(void)
{
	struct sockaddr_nl address;
	socklen_t size = sizeof(address);
	int fd = netlink_subscribe();

	CHECK(fd >= 0 && getsockname(fd, (struct sockaddr *)&address, &size) == 0);
	close(fd);
	sockets[0] = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	CHECK(bind(sockets[0], (const struct sockaddr *)&address, sizeof(address)) == 0);
	CHECK_STEP(load_and_tell());
	CHECK_STEP(hears_nothing(sockets[0]));
	return NULL;
}

static const char *there_is_room_for_so_many(void)
{
	unsigned int i;

	for (i = 0; i < SUBSCRIBERS_MAX; i++) {
		sockets[i] = netlink_subscribe();
		CHECK(sockets[i] >= 0);
	}
	sockets[i] = netlink_open();
	CHECK_STEP(ask(sockets[i], MODKEEPER_CMD_SUBSCRIBE));
	CHECK(answer.error == EUSERS && answer.message[0]);
	/* a place is free as soon as its socket is closed */
	close(sockets[0]);
	sockets[0] = -1;
	CHECK_STEP(ask(sockets[i], MODKEEPER_CMD_SUBSCRIBE));
	CHECK(answer.error == 0);
	return NULL;
}

static const char *the_driver_goes_while_somebody_is_subscribed(void)
{
	sockets[0] = netlink_subscribe();
	CHECK(sockets[0] >= 0);
	CHECK(module_unload("modkeeper") == 0);
	CHECK_STEP(driver_is_absent());
	CHECK_STEP(driver_start());
	/* of the next one it is not told unless it asks again */
	while (recv(sockets[0], answer.bytes, sizeof(answer.bytes), MSG_DONTWAIT) > 0)
		;
	CHECK_STEP(load_and_tell());
	CHECK_STEP(hears_nothing(sockets[0]));
	return NULL;
}

static const struct check checks[] = {
	{ "every_subscriber_is_told", every_subscriber_is_told },
	{ "opener_and_asker_need_the_capability", opener_and_asker_need_the_capability },
	{ "no_group_can_be_joined", no_group_can_be_joined },
	{ "who_unsubscribes_is_told_no_more", who_unsubscribes_is_told_no_more },
	{ "a_port_is_no_subscription", a_port_is_no_subscription },
	{ "there_is_room_for_so_many", there_is_room_for_so_many },
	{ "the_driver_goes_while_somebody_is_subscribed",
	  the_driver_goes_while_somebody_is_subscribed },
};

const struct check_suite subscribe_suite = {
	.name = "subscribe",
	.start = start,
	.end = end,
	.checks = checks,
	.count = COUNT(checks),
};
