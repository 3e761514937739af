/* SPDX-License-Identifier: GPL-2.0-only */
/* A record as the attributes of an event in modkeeper.yaml. */
#ifndef MODKEEPER_SHIM_NETLINK_EVENT_H
#define MODKEEPER_SHIM_NETLINK_EVENT_H

#include <linux/types.h>

struct modkeeper_record;
struct sk_buff;

/* 0, or -EMSGSIZE: no room; the caller takes back what was put. atomic */
int mk_put_event(struct sk_buff *skb, const struct modkeeper_record *record);

/* Bytes that are enough for the message of this event. */
size_t mk_event_message_size(const struct modkeeper_record *record);

#endif /* MODKEEPER_SHIM_NETLINK_EVENT_H */
