/* SPDX-License-Identifier: GPL-2.0-only */
/* Sockets that have subscribed to events. */
#ifndef MODKEEPER_SHIM_NETLINK_SUBSCRIBERS_H
#define MODKEEPER_SHIM_NETLINK_SUBSCRIBERS_H

struct sk_buff;

/* Before the first subscribes; 0 or -errno. process */
int mk_subscribers_start(void);
/* After the family is gone: nobody is subscribed any more. process */
void mk_subscribers_stop(void);

/*
 * Gives @skb to every subscriber, and takes it. One who has no room for it, or for whom there is no
 * memory, finds ENOBUFS at its socket. process
 */
void mk_subscribers_tell(struct sk_buff *skb);

#endif /* MODKEEPER_SHIM_NETLINK_SUBSCRIBERS_H */
