/* SPDX-License-Identifier: GPL-2.0-only */
/* Sockets that have subscribed to events. */
#ifndef MODKEEPER_SHIM_NETLINK_SUBSCRIBERS_H
#define MODKEEPER_SHIM_NETLINK_SUBSCRIBERS_H

struct sk_buff;

/**
 * mk_subscribers_start() - Begin to watch for subscribers that close their socket.
 *
 * Call it before the first one subscribes.
 *
 * Context: Process context. May sleep.
 * Return: 0 or -errno.
 */
int mk_subscribers_start(void);

/**
 * mk_subscribers_stop() - Let go of all subscribers, after the family is gone.
 *
 * Context: Process context. May sleep.
 */
void mk_subscribers_stop(void);

/**
 * mk_subscribers_tell() - Send a datagram to every subscriber.
 * @skb: the datagram, which this consumes
 *
 * A subscriber that has no room for it, or for whose copy there is no memory, finds ENOBUFS at its
 * socket.
 *
 * Context: Process context. May sleep. Takes and releases the subscribers' spin lock.
 */
void mk_subscribers_tell(struct sk_buff *skb);

#endif /* MODKEEPER_SHIM_NETLINK_SUBSCRIBERS_H */
