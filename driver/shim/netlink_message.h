/* SPDX-License-Identifier: GPL-2.0-only */
/* Answers of the core as the attributes of modkeeper.yaml. */
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

/**
 * mk_put_status() - Put the status of the driver.
 * @skb: where it goes
 * @info: what describes the driver
 * @stats: what it has counted
 *
 * Context: Any context.
 * Return: 0, or -EMSGSIZE when there is no room; the caller takes back what was put.
 */
int mk_put_status(struct sk_buff *skb, const struct modkeeper_info *info,
		  const struct modkeeper_stats *stats);

/**
 * mk_put_module() - Put a module, without its parameters.
 * @skb: where it goes
 * @entry: the module's entry
 *
 * Context: Any context.
 * Return: 0, or -EMSGSIZE when there is no room; the caller takes back what was put.
 */
int mk_put_module(struct sk_buff *skb, const struct modkeeper_module *entry);

/**
 * mk_put_parameter() - Put one parameter of a module.
 * @skb: where it goes
 * @entry: the module's entry
 * @one: the parameter
 *
 * Context: Any context.
 * Return: 0, or -EMSGSIZE when there is no room; the caller takes back what was put.
 */
int mk_put_parameter(struct sk_buff *skb, const struct modkeeper_module *entry,
		     const struct mk_parameter_text *one);

/**
 * mk_module_attributes_size() - Bound the size of a module's attributes.
 * @size: how many bytes its entry has
 *
 * Context: Any context.
 * Return: bytes that are enough for them.
 */
size_t mk_module_attributes_size(size_t size);

#endif /* MODKEEPER_SHIM_NETLINK_MESSAGE_H */
