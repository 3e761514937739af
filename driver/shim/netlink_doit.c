// SPDX-License-Identifier: GPL-2.0-only
/* Requests with a single answer, which the core gives or refuses. */
#include <linux/modkeeper.h>
#include <net/genetlink.h>

#include "kapi/core.h"
#include "netlink.h"
#include "netlink_message.h"

/* Kernels before 6.2 have only fixed texts; all point at the attribute. */
#ifdef NL_SET_ERR_MSG_FMT
#define mk_refuse(extack, text, ...) NL_SET_ERR_MSG_FMT(extack, text ": %.32s", __VA_ARGS__)
#else
#define mk_refuse(extack, text, ...) NL_SET_ERR_MSG(extack, text)
#endif

void mk_refuse_name(struct netlink_ext_ack *extack, const struct nlattr *attr, int error)
{
	NL_SET_BAD_ATTR(extack, attr);
	if (error == -ENOENT)
		mk_refuse(extack, "no module of this name was ever seen", (char *)nla_data(attr));
	else if (error == -EINVAL)
		mk_refuse(extack, "name is not one that a module can have", (char *)nla_data(attr));
}

int mk_get_status(struct sk_buff *request, struct genl_info *info)
{
	struct modkeeper_stats stats;
	struct modkeeper_info about;
	struct sk_buff *reply;
	void *message;

	mk_core_info(&about);
	mk_core_stats(&stats);

	reply = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!reply)
		return -ENOMEM;
	message = genlmsg_put_reply(reply, info, &mk_netlink_family, 0, MODKEEPER_CMD_GET_STATUS);
	if (!message || mk_put_status(reply, &about, &stats)) {
		nlmsg_free(reply);
		return -EMSGSIZE;
	}
	genlmsg_end(reply, message);
	return genlmsg_reply(reply, info);
}

static int mk_reply_module(struct genl_info *info, const struct modkeeper_module *entry)
{
	struct sk_buff *reply = genlmsg_new(mk_module_attributes_size(entry->size), GFP_KERNEL);
	void *message;

	if (!reply)
		return -ENOMEM;
	message = genlmsg_put_reply(reply, info, &mk_netlink_family, 0, MODKEEPER_CMD_GET_MODULE);
	if (!message || mk_put_module(reply, entry)) {
		nlmsg_free(reply);
		return -EMSGSIZE;
	}
	genlmsg_end(reply, message);
	return genlmsg_reply(reply, info);
}

int mk_get_module(struct sk_buff *request, struct genl_info *info)
{
	struct nlattr *attr = info->attrs[MODKEEPER_A_MODULE_NAME];
	struct modkeeper_module *entries;
	unsigned long bytes;
	long count;
	int error;

	if (GENL_REQ_ATTR_CHECK(info, MODKEEPER_A_MODULE_NAME)) {
		NL_SET_ERR_MSG(info->extack, "get-module needs the attribute name, or a dump");
		return -EINVAL;
	}
	count = mk_core_modules(nla_data(attr), false, &entries, &bytes);
	if (count < 0) {
		mk_refuse_name(info->extack, attr, count);
		return count;
	}
	error = mk_reply_module(info, entries);
	mk_core_modules_free(entries);
	return error;
}
