/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MODKEEPER_SHIM_NETLINK_H
#define MODKEEPER_SHIM_NETLINK_H

struct genl_family;
struct genl_info;
struct netlink_callback;
struct netlink_ext_ack;
struct nlattr;
struct sk_buff;

/*
 * From registration on the generic netlink family can be talked to. A dump that is under way is not
 * waited for, but keeps the module as long as that is loaded: after registration nothing of the
 * module's init may fail. process
 */
int mk_netlink_register(void);
void mk_netlink_unregister(void);

extern struct genl_family mk_netlink_family;

int mk_get_status(struct sk_buff *request, struct genl_info *info);
int mk_get_module(struct sk_buff *request, struct genl_info *info);
int mk_subscribe(struct sk_buff *request, struct genl_info *info);
int mk_unsubscribe(struct sk_buff *request, struct genl_info *info);

int mk_dump_start(struct netlink_callback *callback);
int mk_dump_next(struct sk_buff *skb, struct netlink_callback *callback);
int mk_params_dump_start(struct netlink_callback *callback);
int mk_params_dump_next(struct sk_buff *skb, struct netlink_callback *callback);

/* Says why a name is refused with @error, and points at it. */
void mk_refuse_name(struct netlink_ext_ack *extack, const struct nlattr *attr, int error);

#endif /* MODKEEPER_SHIM_NETLINK_H */
