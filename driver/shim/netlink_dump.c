// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dumps of modules and of their parameters. Each is of one instant: it is taken when it starts and
 * then sent in as many messages as it needs.
 */
#include <linux/ctype.h>
#include <linux/minmax.h>
#include <linux/modkeeper.h>
#include <net/genetlink.h>

#include "kapi/core.h"
#include "netlink.h"
#include "netlink_message.h"

static bool mk_dumps_allowed;

void mk_dumps_allow(void)
{
	WRITE_ONCE(mk_dumps_allowed, true);
}

static int mk_dumps_check(struct netlink_ext_ack *extack)
{
	if (READ_ONCE(mk_dumps_allowed))
		return 0;
	NL_SET_ERR_MSG(extack, "the driver is just being loaded: ask again");
	return -EBUSY;
}

struct mk_dump {
	struct modkeeper_module *entries;
	unsigned long bytes;
	unsigned long offset;	/* of the entry that is next */
	unsigned long position; /* in its text of parameters */
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
	int error;

	error = mk_dumps_check(callback->extack);
	if (error)
		return error;
	name = nlmsg_find_attr(callback->nlh, GENL_HDRLEN, MODKEEPER_A_MODULE_NAME);
	if (name) {
		NL_SET_ERR_MSG_ATTR(callback->extack, name, "a dump of get-module takes no name");
		return -EINVAL;
	}
	count = mk_core_modules(NULL, false, &dump->entries, &dump->bytes);
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

int mk_params_dump_start(struct netlink_callback *callback)
{
	const struct nlattr *name =
		nlmsg_find_attr(callback->nlh, GENL_HDRLEN, MODKEEPER_A_PARAMETER_MODULE);
	struct mk_dump *dump = mk_dump(callback);
	int error;
	long count;

	error = mk_dumps_check(callback->extack);
	if (error)
		return error;
	count = mk_core_modules(name ? nla_data(name) : NULL, true, &dump->entries, &dump->bytes);
	if (count >= 0)
		return 0;
	if (name)
		mk_refuse_name(callback->extack, name, count);
	return count;
}

/* Takes one "name:type:mode" apart, which ends with a comma or its text; its length with that. */
static size_t mk_parse_parameter(const char *text, struct mk_parameter_text *parameter)
{
	size_t length = strcspn(text, ",");
	const char *digit;

	parameter->name = text;
	parameter->name_length = strcspn(text, ":,");
	parameter->type = text + parameter->name_length + 1;
	parameter->type_length = strcspn(parameter->type, ":,");
	parameter->mode = 0;
	for (digit = parameter->type + parameter->type_length + 1; isdigit(*digit); digit++)
		parameter->mode = parameter->mode * 8 + (*digit - '0');
	return length + 1;
}

/* The parameters of @entry from the dump's position on; false when no more fit. */
static bool mk_dump_parameters(struct sk_buff *skb, struct netlink_callback *callback,
			       const struct modkeeper_module *entry)
{
	struct mk_dump *dump = mk_dump(callback);
	const char *text = (const char *)entry + entry->parameters.offset;
	struct mk_parameter_text parameter;

	while (dump->position < entry->parameters.length) {
		size_t length = mk_parse_parameter(text + dump->position, &parameter);
		void *message = genlmsg_put(skb, NETLINK_CB(callback->skb).portid,
					    callback->nlh->nlmsg_seq, &mk_netlink_family,
					    NLM_F_MULTI, MODKEEPER_CMD_GET_PARAMS);

		if (!message)
			return false;
		if (mk_put_parameter(skb, entry, &parameter)) {
			genlmsg_cancel(skb, message);
			return false;
		}
		genlmsg_end(skb, message);
		dump->position += length;
	}
	return true;
}

/* A message is much shorter than the buffer of any dump. */
int mk_params_dump_next(struct sk_buff *skb, struct netlink_callback *callback)
{
	struct mk_dump *dump = mk_dump(callback);
	const struct modkeeper_module *entry;

	for (; (entry = mk_dump_entry(dump)); dump->offset += entry->size) {
		if (!mk_dump_parameters(skb, callback, entry))
			break;
		dump->position = 0;
	}
	return skb->len;
}

int mk_dump_done(struct netlink_callback *callback)
{
	mk_core_modules_free(mk_dump(callback)->entries);
	return 0;
}
