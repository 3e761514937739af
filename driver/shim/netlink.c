// SPDX-License-Identifier: GPL-2.0-only
/*
 * Generic netlink family "modkeeper": its commands, and the attributes that each accepts. Every
 * user may call them, as everybody may read /proc/modules; none of them changes anything. Events
 * tell who did what: netlink_subscribers.c decides who may subscribe to them.
 */
#include "netlink.h"

#include <linux/modkeeper.h>
#include <linux/module.h>
#include <net/genetlink.h>

#include "netlink_subscribers.h"

/* Longer than any name: what is wrong with a wrong one is for the core to say. */
#define MK_NAME_MAX 255

static const struct nla_policy mk_get_status_policy[] = {
	[MODKEEPER_A_STATUS_PAD] = {
		.type = NLA_REJECT,
		.reject_message = "get-status takes no attributes",
	},
};

static const struct nla_policy mk_get_module_policy[] = {
	[MODKEEPER_A_MODULE_PAD] = {
		.type = NLA_REJECT,
		.reject_message = "get-module takes no attribute but name",
	},
	[MODKEEPER_A_MODULE_NAME] = { .type = NLA_NUL_STRING, .len = MK_NAME_MAX },
};

static const struct nla_policy mk_get_params_policy[] = {
	[MODKEEPER_A_PARAMETER_PAD] = {
		.type = NLA_REJECT,
		.reject_message = "get-params takes no attribute but module",
	},
	[MODKEEPER_A_PARAMETER_MODULE] = { .type = NLA_NUL_STRING, .len = MK_NAME_MAX },
};

static const struct nla_policy mk_subscribe_policy[] = {
	[MODKEEPER_A_EVENT_PAD] = {
		.type = NLA_REJECT,
		.reject_message = "subscribe and unsubscribe take no attributes",
	},
};

static const struct genl_ops mk_netlink_commands[] = {
	{
		.cmd = MODKEEPER_CMD_GET_STATUS,
		.policy = mk_get_status_policy,
		.maxattr = ARRAY_SIZE(mk_get_status_policy) - 1,
		.doit = mk_get_status,
	},
	{
		.cmd = MODKEEPER_CMD_GET_MODULE,
		.policy = mk_get_module_policy,
		.maxattr = ARRAY_SIZE(mk_get_module_policy) - 1,
		.doit = mk_get_module,
		.start = mk_dump_start,
		.dumpit = mk_dump_next,
	},
	{
		.cmd = MODKEEPER_CMD_GET_PARAMS,
		.policy = mk_get_params_policy,
		.maxattr = ARRAY_SIZE(mk_get_params_policy) - 1,
		.start = mk_params_dump_start,
		.dumpit = mk_params_dump_next,
	},
	{
		.cmd = MODKEEPER_CMD_SUBSCRIBE,
		.policy = mk_subscribe_policy,
		.maxattr = ARRAY_SIZE(mk_subscribe_policy) - 1,
		.doit = mk_subscribe,
	},
	{
		.cmd = MODKEEPER_CMD_UNSUBSCRIBE,
		.policy = mk_subscribe_policy,
		.maxattr = ARRAY_SIZE(mk_subscribe_policy) - 1,
		.doit = mk_unsubscribe,
	},
};

struct genl_family mk_netlink_family __ro_after_init = {
	.name = MODKEEPER_GENL_NAME,
	.version = MODKEEPER_GENL_VERSION,
	.module = THIS_MODULE,
	.ops = mk_netlink_commands,
	.n_ops = ARRAY_SIZE(mk_netlink_commands),
	.parallel_ops = true,
};

int mk_netlink_register(void)
{
	int error = mk_subscribers_start();

	if (error)
		return error;
	error = genl_register_family(&mk_netlink_family);
	if (error)
		mk_subscribers_stop();
	return error;
}

void mk_netlink_unregister(void)
{
	genl_unregister_family(&mk_netlink_family);
	mk_subscribers_stop();
}
