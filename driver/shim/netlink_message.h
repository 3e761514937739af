/* SPDX-License-Identifier: GPL-2.0-only */
/* What the core says, as the attributes of modkeeper.yaml. */
#ifndef MODKEEPER_SHIM_NETLINK_MESSAGE_H
#define MODKEEPER_SHIM_NETLINK_MESSAGE_H

#include <linux/types.h>

/* As it stands among an entry's parameters. */
struct mk_parameter_text {
	const char *name;
	const char *type;
	size_t name_length;
	size_t type_length;
	u32 mode;
};

struct modkeeper_info;
struct modkeeper_module;
struct modkeeper_stats;
struct sk_buff;

/* 0, or -EMSGSIZE: no room; the caller takes back what was put. atomic */
int mk_put_status(struct sk_buff *skb, const struct modkeeper_info *info,
		  const struct modkeeper_stats *stats);
int mk_put_module(struct sk_buff *skb, const struct modkeeper_module *entry);
/* One parameter of a module. */
int mk_put_parameter(struct sk_buff *skb, const struct modkeeper_module *entry,
		     const struct mk_parameter_text *one);

/* Bytes that are enough for the attributes of a module whose entry has @size bytes. */
size_t mk_module_attributes_size(size_t size);

#endif /* MODKEEPER_SHIM_NETLINK_MESSAGE_H */
