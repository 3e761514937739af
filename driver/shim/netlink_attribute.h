/* SPDX-License-Identifier: GPL-2.0-only */
/* Texts and numbers of records and entries as attributes. */
#ifndef MODKEEPER_SHIM_NETLINK_ATTRIBUTE_H
#define MODKEEPER_SHIM_NETLINK_ATTRIBUTE_H

#include <linux/types.h>

struct modkeeper_text;
struct sk_buff;

/**
 * mk_put_u64() - Put a number.
 * @skb: where it goes
 * @attribute: its attribute
 * @value: the number
 *
 * Context: Any context.
 * Return: 0, or -EMSGSIZE when there is no room.
 */
int mk_put_u64(struct sk_buff *skb, int attribute, u64 value);

/**
 * mk_put_bytes() - Put a text that need not end with a NUL.
 * @skb: where it goes
 * @attribute: its attribute, which is left out when the text is empty
 * @bytes: the text
 * @length: its length
 *
 * Context: Any context.
 * Return: 0, or -EMSGSIZE when there is no room.
 */
int mk_put_bytes(struct sk_buff *skb, int attribute, const char *bytes, size_t length);

/**
 * mk_put_text() - Put a text of a record or of an entry.
 * @skb: where it goes
 * @attribute: its attribute, which is left out when the text is empty
 * @whole: the record or entry
 * @text: where in it the text is
 *
 * Context: Any context.
 * Return: 0, or -EMSGSIZE when there is no room.
 */
int mk_put_text(struct sk_buff *skb, int attribute, const void *whole,
		const struct modkeeper_text *text);

/**
 * mk_put_names() - Put each name of a list of a record or of an entry.
 * @skb: where they go
 * @attribute: the attribute of each name
 * @whole: the record or entry
 * @text: where in it the list is, names with a comma between them
 *
 * Context: Any context.
 * Return: 0, or -EMSGSIZE when there is no room.
 */
int mk_put_names(struct sk_buff *skb, int attribute, const void *whole,
		 const struct modkeeper_text *text);

#endif /* MODKEEPER_SHIM_NETLINK_ATTRIBUTE_H */
