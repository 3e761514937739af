/* SPDX-License-Identifier: GPL-2.0-only */
/* Texts and numbers of records and entries as attributes. */
#ifndef MODKEEPER_SHIM_NETLINK_ATTRIBUTE_H
#define MODKEEPER_SHIM_NETLINK_ATTRIBUTE_H

#include <linux/types.h>

struct modkeeper_text;
struct sk_buff;

/* 0, or -EMSGSIZE: no room. Texts that are empty are left out. atomic */
int mk_put_u64(struct sk_buff *skb, int attribute, u64 value);
int mk_put_bytes(struct sk_buff *skb, int attribute, const char *bytes, size_t length);
/* Of a record or an entry that begins at @whole. */
int mk_put_text(struct sk_buff *skb, int attribute, const void *whole,
		const struct modkeeper_text *text);
/* A list is names with a comma between them; each becomes an attribute. */
int mk_put_names(struct sk_buff *skb, int attribute, const void *whole,
		 const struct modkeeper_text *text);

#endif /* MODKEEPER_SHIM_NETLINK_ATTRIBUTE_H */
