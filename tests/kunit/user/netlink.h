/* SPDX-License-Identifier: GPL-2.0-only */
/* As much of generic netlink as the checks need, with nothing between them and the kernel. */
#ifndef MODKEEPER_CHECK_NETLINK_H
#define MODKEEPER_CHECK_NETLINK_H

#include <stdbool.h>

#include <linux/netlink.h>

struct netlink_answer {
	int error;	       /* 0, or the errno of the refusal */
	char message[256];     /* of the extended acknowledgement; "" */
	unsigned int messages; /* how many came, behind one another in bytes */
	unsigned int size;
	_Alignas(8) char bytes[256 * 1024];
};

/* Number of a generic netlink family, or -errno. */
int netlink_family(const char *name);

/*
 * Sends one request with up to one attribute (@attribute 0: none) and takes in all of its
 * answer. NULL, or what went wrong on the way; a refusal is in @answer.
 */
const char *netlink_request(const char *family, int command, bool dump, int attribute,
			    const void *data, unsigned int size, struct netlink_answer *answer);

/* A socket with an address of its own; -1: errno. */
int netlink_open(void);
/*
 * Sends @command to the family of this number on @fd and waits for nothing; 0, or errno.
 * What it was refused with is what netlink_verdict() says, 0 if it was not, or -1 if nothing came.
 */
int netlink_send(int fd, int family, int command, bool dump);
int netlink_verdict(int fd);
/* One request without attributes on an open socket, as netlink_request(). */
const char *netlink_command(int fd, const char *family, int command, struct netlink_answer *answer);

/* Does the family have multicast groups? */
bool netlink_has_groups(const char *family);
/* A socket that has subscribed to the driver's events; -1: errno. */
int netlink_subscribe(void);
/* Waits for the next datagram and takes in its messages. NULL, or what went wrong. */
const char *netlink_hear(int fd, struct netlink_answer *answer);

/* The @index-th message of an answer, or NULL. */
const struct nlmsghdr *netlink_message(const struct netlink_answer *answer, unsigned int index);
/* The attribute @type of a message, its @nth one, or NULL. */
const struct nlattr *netlink_attribute(const struct nlmsghdr *message, int type, unsigned int nth);
const void *netlink_data(const struct nlattr *attribute);
unsigned long long netlink_number(const struct nlattr *attribute);

#endif /* MODKEEPER_CHECK_NETLINK_H */
