/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MODKEEPER_SHIM_NETLINK_H
#define MODKEEPER_SHIM_NETLINK_H

struct genl_family;
struct genl_info;
struct netlink_callback;
struct netlink_ext_ack;
struct nlattr;
struct sk_buff;

/**
 * mk_netlink_register() - Register the generic netlink family.
 *
 * Programs can talk to it from now on. A dump that is under way holds a loaded module, but the
 * kernel does not wait for it when an init fails: nothing of the module's init may fail after this.
 *
 * Context: Process context. May sleep.
 * Return: 0 or -errno.
 */
int mk_netlink_register(void);

/**
 * mk_netlink_unregister() - Remove the generic netlink family and all subscribers.
 *
 * Context: Process context. May sleep.
 */
void mk_netlink_unregister(void);

extern struct genl_family mk_netlink_family;

/**
 * mk_get_status() - Answer get-status.
 * @request: the message
 * @info: its attributes, and where the answer goes
 *
 * Context: Process context. May sleep.
 * Return: 0 or -errno.
 */
int mk_get_status(struct sk_buff *request, struct genl_info *info);

/**
 * mk_get_module() - Answer get-module for one module.
 * @request: the message
 * @info: its attributes, and where the answer goes
 *
 * Context: Process context. May sleep.
 * Return: 0 or -errno.
 */
int mk_get_module(struct sk_buff *request, struct genl_info *info);

/**
 * mk_subscribe() - Subscribe the socket of a message to events.
 * @request: the message
 * @info: where the answer goes
 *
 * Context: Process context. Takes and releases the subscribers' spin lock.
 * Return: 0, -EPERM without CAP_SYS_ADMIN, -EUSERS when there are too many.
 */
int mk_subscribe(struct sk_buff *request, struct genl_info *info);

/**
 * mk_unsubscribe() - End the subscription of the socket of a message.
 * @request: the message
 * @info: where the answer goes
 *
 * Context: Process context. Takes and releases the subscribers' spin lock.
 * Return: 0, or -ENOENT when it has not subscribed.
 */
int mk_unsubscribe(struct sk_buff *request, struct genl_info *info);

/**
 * mk_dump_start() - Begin a dump of all modules.
 * @callback: the dump
 *
 * Context: Process context. May sleep.
 * Return: 0 or -errno.
 */
int mk_dump_start(struct netlink_callback *callback);

/**
 * mk_dump_next() - Put the next modules of a dump.
 * @skb: where they go
 * @callback: the dump
 *
 * Context: Process context. May sleep.
 * Return: how many bytes @skb has, 0 at the end of the dump, or -errno.
 */
int mk_dump_next(struct sk_buff *skb, struct netlink_callback *callback);

/**
 * mk_params_dump_start() - Begin a dump of the parameters of one module or of all.
 * @callback: the dump
 *
 * Context: Process context. May sleep.
 * Return: 0 or -errno.
 */
int mk_params_dump_start(struct netlink_callback *callback);

/**
 * mk_params_dump_next() - Put the next parameters of a dump.
 * @skb: where they go
 * @callback: the dump
 *
 * Context: Process context. May sleep.
 * Return: how many bytes @skb has, 0 at the end of the dump, or -errno.
 */
int mk_params_dump_next(struct sk_buff *skb, struct netlink_callback *callback);

/**
 * mk_refuse_name() - Explain to a program why a module's name is refused.
 * @extack: where the explanation goes
 * @attr: the attribute with the name
 * @error: what the core says of it, -errno
 *
 * Context: Any context.
 */
void mk_refuse_name(struct netlink_ext_ack *extack, const struct nlattr *attr, int error);

#endif /* MODKEEPER_SHIM_NETLINK_H */
