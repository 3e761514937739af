// SPDX-License-Identifier: GPL-2.0-only
/*
 * A dump of all modules. It is of one instant: it is taken when it starts and then sent in as many
 * messages as it needs.
 */
#include <linux/minmax.h>
#include <linux/modkeeper.h>
#include <net/genetlink.h>

#include "kapi/core.h"
#include "netlink.h"
#include "netlink_message.h"

struct mk_dump {
	struct modkeeper_module *entries;
	unsigned long bytes;
	unsigned long offset;
};

static struct mk_dump *mk_dump(struct netlink_callback *callback)
{
	static_assert(sizeof(struct mk_dump) <= sizeof(callback->ctx));

	return (struct mk_dump *)callback->ctx;
}

static const struct modkeeper_module *mk_dump_entry(const struct mk_dump *dump)
{
	if (dump->offset >= dump->bytes)
		return NULL;
	return (const void *)dump->entries + dump->offset;
}

int mk_dump_start(struct netlink_callback *callback)
{
	struct mk_dump *dump = mk_dump(callback);
	const struct modkeeper_module *entry;
	struct nlattr *name;
	size_t longest = 0;
	long count;

	name = nlmsg_find_attr(callback->nlh, GENL_HDRLEN, MODKEEPER_A_MODULE_NAME);
	if (name) {
		NL_SET_ERR_MSG_ATTR(callback->extack, name, "a dump of get-module takes no name");
		return -EINVAL;
	}
	count = mk_core_modules(NULL, &dump->entries, &dump->bytes);
	if (count < 0)
		return count;

	for (dump->offset = 0; (entry = mk_dump_entry(dump)); dump->offset += entry->size)
		longest = max(longest, mk_module_attributes_size(entry));
	dump->offset = 0;
	callback->min_dump_alloc = nlmsg_total_size(GENL_HDRLEN + longest);
	return 0;
}

int mk_dump_next(struct sk_buff *skb, struct netlink_callback *callback)
{
	struct mk_dump *dump = mk_dump(callback);
	const struct modkeeper_module *entry;

	for (; (entry = mk_dump_entry(dump)); dump->offset += entry->size) {
		void *message = genlmsg_put(skb, NETLINK_CB(callback->skb).portid,
					    callback->nlh->nlmsg_seq, &mk_netlink_family,
					    NLM_F_MULTI, MODKEEPER_CMD_GET_MODULE);

		if (!message)
			break;
		if (mk_put_module(skb, entry)) {
			genlmsg_cancel(skb, message);
			break;
		}
		genlmsg_end(skb, message);
	}
	/* Nothing fitted although something is left: that would repeat for ever. */
	return entry && !skb->len ? -EMSGSIZE : skb->len;
}

int mk_dump_done(struct netlink_callback *callback)
{
	mk_core_modules_free(mk_dump(callback)->entries);
	return 0;
}
