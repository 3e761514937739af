// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dumps of modules and of their parameters. Each message describes the state when it is made:
 * between messages a dump holds no memory, only its place and the module. If the list has changed
 * in the meantime, NLM_F_DUMP_INTR says so, as usual in netlink.
 *
 * A dump is refused at its start, where the kernel answers with an error message. Some kernels,
 * such as 6.1, accept only a number there and no text (callback->extack is NULL). A refusal in
 * place of the first message could have a text, but its number would be at the end of the dump,
 * where libnl does not look: its programs would see an empty dump.
 */
#include <linux/ctype.h>
#include <linux/minmax.h>
#include <linux/modkeeper.h>
#include <net/genetlink.h>

#include "kapi/core.h"
#include "netlink.h"
#include "netlink_message.h"

struct mk_dump {
	struct mk_module_walk walk;
	unsigned long position; /* in the text of parameters of the next module */
};

static struct mk_dump *mk_dump(struct netlink_callback *callback)
{
	static_assert(sizeof(struct mk_dump) <= sizeof(callback->ctx));

	return (struct mk_dump *)callback->ctx;
}

struct mk_dump_message {
	struct sk_buff *skb;
	struct netlink_callback *callback;
};

static void *mk_dump_begin(const struct mk_dump_message *to, int command)
{
	struct netlink_callback *callback = to->callback;
	void *message = genlmsg_put(to->skb, NETLINK_CB(callback->skb).portid,
				    callback->nlh->nlmsg_seq, &mk_netlink_family, NLM_F_MULTI,
				    command);

	if (message) {
		/* 0 would mean that there is no count. */
		callback->seq = (u32)mk_dump(callback)->walk.generation ?: 1;
		genl_dump_check_consistent(callback, message);
	}
	return message;
}

/* The next messages, by @put; what the kernel wants to hear. */
static int mk_dump_step(struct sk_buff *skb, struct netlink_callback *callback,
			bool (*put)(void *argument, const struct modkeeper_module *entry))
{
	struct mk_dump_message to = { .skb = skb, .callback = callback };
	int left = mk_core_walk(&mk_dump(callback)->walk, put, &to);

	if (left < 0)
		return left;
	/* Nothing fitted although something is left: that would repeat forever. */
	if (left && !skb->len)
		return -EMSGSIZE;
	/* 0 ends it with this very message, and lets the module go. */
	return left ? skb->len : 0;
}

static bool mk_refuse_any_name(struct netlink_callback *callback)
{
	struct nlattr *name = nlmsg_find_attr(callback->nlh, GENL_HDRLEN, MODKEEPER_A_MODULE_NAME);

	if (name)
		NL_SET_ERR_MSG_ATTR(callback->extack, name, "a dump of get-module takes no name");
	return name;
}

int mk_dump_start(struct netlink_callback *callback)
{
	size_t attributes;

	if (mk_refuse_any_name(callback))
		return -EINVAL;
	/* Twice: it may become longer until it is sent. */
	attributes = 2 * mk_module_attributes_size(mk_core_longest_module());
	callback->min_dump_alloc = nlmsg_total_size(GENL_HDRLEN + attributes);
	return 0;
}

static bool mk_dump_module(void *argument, const struct modkeeper_module *entry)
{
	struct mk_dump_message *to = argument;
	void *message = mk_dump_begin(to, MODKEEPER_CMD_GET_MODULE);

	if (!message)
		return false;
	if (mk_put_module(to->skb, entry)) {
		genlmsg_cancel(to->skb, message);
		return false;
	}
	genlmsg_end(to->skb, message);
	return true;
}

int mk_dump_next(struct sk_buff *skb, struct netlink_callback *callback)
{
	return mk_dump_step(skb, callback, mk_dump_module);
}

static const struct nlattr *mk_params_name(const struct netlink_callback *callback)
{
	return nlmsg_find_attr(callback->nlh, GENL_HDRLEN, MODKEEPER_A_PARAMETER_MODULE);
}

int mk_params_dump_start(struct netlink_callback *callback)
{
	const struct nlattr *name = mk_params_name(callback);
	struct mk_dump *dump = mk_dump(callback);
	int error;

	dump->walk.parameters = true;
	if (!name)
		return 0;
	error = mk_core_walk_one(&dump->walk, nla_data(name));
	if (error)
		mk_refuse_name(callback->extack, name, error);
	return error;
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

/* The parameters of a module from the dump's position on. A message is shorter than any buffer. */
static bool mk_dump_parameters(void *argument, const struct modkeeper_module *entry)
{
	const char *text = (const char *)entry + entry->parameters.offset;
	struct mk_dump_message *to = argument;
	struct mk_dump *dump = mk_dump(to->callback);
	struct mk_parameter_text parameter;

	while (dump->position < entry->parameters.length) {
		size_t length = mk_parse_parameter(text + dump->position, &parameter);
		void *message = mk_dump_begin(to, MODKEEPER_CMD_GET_PARAMS);

		if (!message)
			return false;
		if (mk_put_parameter(to->skb, entry, &parameter)) {
			genlmsg_cancel(to->skb, message);
			return false;
		}
		genlmsg_end(to->skb, message);
		dump->position += length;
	}
	dump->position = 0;
	return true;
}

int mk_params_dump_next(struct sk_buff *skb, struct netlink_callback *callback)
{
	return mk_dump_step(skb, callback, mk_dump_parameters);
}
