// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "netlink.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/genetlink.h>
#include <linux/modkeeper.h>

#include "check.h"

struct request {
	struct nlmsghdr head;
	struct genlmsghdr generic;
	char attributes[512];
};

static unsigned int request_fill(struct request *request, int family, int command, bool dump,
				 int attribute, const void *data, unsigned int size)
{
	struct nlattr *head = (struct nlattr *)request->attributes;
	unsigned int length = NLMSG_LENGTH(GENL_HDRLEN);

	memset(request, 0, sizeof(*request));
	if (attribute) {
		head->nla_type = attribute;
		head->nla_len = NLA_HDRLEN + size;
		memcpy(head + 1, data, size);
		length += NLA_ALIGN(head->nla_len);
	}
	request->head.nlmsg_len = length;
	request->head.nlmsg_type = family;
	request->head.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | (dump ? NLM_F_DUMP : 0);
	request->head.nlmsg_seq = 1;
	request->generic.cmd = command;
	request->generic.version = 1;
	return length;
}

/* Takes @message's verdict into @answer; true: it was the last message. */
static bool take_end(const struct nlmsghdr *message, struct netlink_answer *answer)
{
	const struct nlmsgerr *verdict = NLMSG_DATA(message);
	unsigned int used = NLMSG_LENGTH(sizeof(*verdict));
	const struct nlattr *at;

	if (message->nlmsg_type == NLMSG_DONE) {
		answer->error = -*(const int *)NLMSG_DATA(message);
		return true;
	}
	if (message->nlmsg_type != NLMSG_ERROR)
		return false;
	answer->error = -verdict->error;
	if (!(message->nlmsg_flags & NLM_F_ACK_TLVS))
		return true;
	if (!(message->nlmsg_flags & NLM_F_CAPPED))
		used += verdict->msg.nlmsg_len - NLMSG_HDRLEN;
	while (used + NLA_HDRLEN <= message->nlmsg_len) {
		at = (const void *)((const char *)message + used);
		if (at->nla_type == NLMSGERR_ATTR_MSG)
			snprintf(answer->message, sizeof(answer->message), "%s",
				 (const char *)(at + 1));
		used += NLA_ALIGN(at->nla_len);
	}
	return true;
}

/* The messages of one datagram; *@ended: the last one was that of an answer. */
static const char *take_datagram(int fd, struct netlink_answer *answer, bool *ended)
{
	static _Alignas(8) char buffer[64 * 1024];
	int got = recv(fd, buffer, sizeof(buffer), 0);
	const struct nlmsghdr *at = (const void *)buffer;

	CHECK(got > 0);
	for (; NLMSG_OK(at, (unsigned int)got); at = NLMSG_NEXT(at, got)) {
		*ended = take_end(at, answer);
		if (*ended)
			return NULL;
		CHECK(answer->size + NLMSG_ALIGN(at->nlmsg_len) <= sizeof(answer->bytes));
		memcpy(answer->bytes + answer->size, at, at->nlmsg_len);
		answer->size += NLMSG_ALIGN(at->nlmsg_len);
		answer->messages++;
	}
	return NULL;
}

static const char *take_answer(int fd, struct netlink_answer *answer)
{
	bool ended = false;

	while (!ended)
		CHECK_STEP(take_datagram(fd, answer, &ended));
	return NULL;
}

int netlink_open(void)
{
	/* the kernel tells nothing to a socket without an address */
	const struct sockaddr_nl address = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC), one = 1;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
	if (bind(fd, (const struct sockaddr *)&address, sizeof(address))) {
		close(fd);
		return -1;
	}
	return fd;
}

static const char *ask_on(int fd, const struct request *request, unsigned int length,
			  struct netlink_answer *answer)
{
	memset(answer, 0, offsetof(struct netlink_answer, bytes));
	CHECK(send(fd, request, length, 0) == (ssize_t)length);
	return take_answer(fd, answer);
}

static const char *ask(const struct request *request, unsigned int length,
		       struct netlink_answer *answer)
{
	int fd = netlink_open();
	const char *failed;

	CHECK(fd >= 0);
	failed = ask_on(fd, request, length, answer);
	close(fd);
	return failed;
}

/* What the kernel says of a family: 0 or -errno. */
static int describe_family(const char *name, struct netlink_answer *answer)
{
	struct request request;
	unsigned int length = request_fill(&request, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, false,
					   CTRL_ATTR_FAMILY_NAME, name, strlen(name) + 1);

	if (ask(&request, length, answer))
		return -EIO;
	return -answer->error;
}

int netlink_family(const char *name)
{
	static struct netlink_answer answer;
	int error = describe_family(name, &answer);

	if (error)
		return error;
	return netlink_number(
		netlink_attribute(netlink_message(&answer, 0), CTRL_ATTR_FAMILY_ID, 0));
}

bool netlink_has_groups(const char *family)
{
	static struct netlink_answer answer;

	return !describe_family(family, &answer) &&
	       netlink_attribute(netlink_message(&answer, 0), CTRL_ATTR_MCAST_GROUPS, 0);
}

const char *netlink_command(int fd, const char *family, int command, struct netlink_answer *answer)
{
	struct request request;
	int number = netlink_family(family);

	CHECK(number > 0);
	return ask_on(fd, &request, request_fill(&request, number, command, false, 0, NULL, 0),
		      answer);
}

int netlink_send(int fd, int family, int command, bool dump)
{
	struct request request;
	unsigned int length = request_fill(&request, family, command, dump, 0, NULL, 0);

	return send(fd, &request, length, 0) == (ssize_t)length ? 0 : errno;
}

int netlink_verdict(int fd)
{
	static struct netlink_answer answer;
	static _Alignas(8) char buffer[64 * 1024];
	int got = recv(fd, buffer, sizeof(buffer), MSG_DONTWAIT);

	answer.error = 0;
	if (got <= 0)
		return -1;
	take_end((const void *)buffer, &answer);
	return answer.error;
}

int netlink_subscribe(void)
{
	static struct netlink_answer answer;
	int fd = netlink_open();

	if (fd < 0)
		return -1;
	if (netlink_command(fd, MODKEEPER_GENL_NAME, MODKEEPER_CMD_SUBSCRIBE, &answer) ||
	    answer.error) {
		close(fd);
		errno = answer.error ? answer.error : EIO;
		return -1;
	}
	return fd;
}

const char *netlink_hear(int fd, struct netlink_answer *answer)
{
	bool ended;

	memset(answer, 0, offsetof(struct netlink_answer, bytes));
	return take_datagram(fd, answer, &ended);
}

const char *netlink_request(const char *family, int command, bool dump, int attribute,
			    const void *data, unsigned int size, struct netlink_answer *answer)
{
	struct request request;
	int number = netlink_family(family);

	CHECK(number > 0);
	return ask(&request, request_fill(&request, number, command, dump, attribute, data, size),
		   answer);
}

const struct nlmsghdr *netlink_message(const struct netlink_answer *answer, unsigned int index)
{
	const struct nlmsghdr *at = (const void *)answer->bytes;

	if (index >= answer->messages)
		return NULL;
	while (index--)
		at = (const void *)((const char *)at + NLMSG_ALIGN(at->nlmsg_len));
	return at;
}

const struct nlattr *netlink_attribute(const struct nlmsghdr *message, int type, unsigned int nth)
{
	unsigned int used = NLMSG_LENGTH(GENL_HDRLEN);

	while (message && used + NLA_HDRLEN <= message->nlmsg_len) {
		const struct nlattr *at = (const void *)((const char *)message + used);

		if ((at->nla_type & NLA_TYPE_MASK) == type && !nth--)
			return at;
		used += NLA_ALIGN(at->nla_len);
	}
	return NULL;
}

const void *netlink_data(const struct nlattr *attribute)
{
	return attribute ? (const void *)(attribute + 1) : "";
}

/* Of whatever width; all ones when it is not there. */
unsigned long long netlink_number(const struct nlattr *attribute)
{
	unsigned long long number = 0;

	if (!attribute)
		return ~0ull;
	memcpy(&number, attribute + 1, attribute->nla_len - NLA_HDRLEN);
	return number;
}
