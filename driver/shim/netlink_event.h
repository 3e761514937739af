/* SPDX-License-Identifier: GPL-2.0-only */
/* A record as the attributes of an event in modkeeper.yaml. */
#ifndef MODKEEPER_SHIM_NETLINK_EVENT_H
#define MODKEEPER_SHIM_NETLINK_EVENT_H

#include <linux/types.h>

struct modkeeper_record;
struct sk_buff;

/**
 * mk_put_event() - Put a record.
 * @skb: where it goes
 * @record: the record
 *
 * Context: Any context.
 * Return: 0, or -EMSGSIZE when there is no room; the caller takes back what was put.
 */
int mk_put_event(struct sk_buff *skb, const struct modkeeper_record *record);

/**
 * mk_event_message_size() - Bound the size of a record's message.
 * @record: the record
 *
 * Context: Any context.
 * Return: bytes that are enough for it.
 */
size_t mk_event_message_size(const struct modkeeper_record *record);

#endif /* MODKEEPER_SHIM_NETLINK_EVENT_H */
