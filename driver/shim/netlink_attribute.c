// SPDX-License-Identifier: GPL-2.0-only
#include "netlink_attribute.h"

#include <linux/modkeeper.h>
#include <linux/string.h>
#include <net/netlink.h>

/* One number stands for padding in all sets of attributes. */
static_assert((int)MODKEEPER_A_STATUS_PAD == (int)MODKEEPER_A_MODULE_PAD);
static_assert((int)MODKEEPER_A_STATUS_PAD == (int)MODKEEPER_A_EVENT_PAD);

int mk_put_u64(struct sk_buff *skb, int attribute, u64 value)
{
	return nla_put_u64_64bit(skb, attribute, value, MODKEEPER_A_STATUS_PAD);
}

static int mk_put_string(struct sk_buff *skb, int attribute, const char *bytes, size_t length)
{
	struct nlattr *attr;
	char *copy;

	attr = nla_reserve(skb, attribute, length + 1);
	if (!attr)
		return -EMSGSIZE;
	copy = nla_data(attr);
	memcpy(copy, bytes, length);
	copy[length] = '\0';
	return 0;
}

int mk_put_bytes(struct sk_buff *skb, int attribute, const char *bytes, size_t length)
{
	return length ? mk_put_string(skb, attribute, bytes, length) : 0;
}

int mk_put_text(struct sk_buff *skb, int attribute, const void *whole,
		const struct modkeeper_text *text)
{
	/* One that is empty is told, one that is absent is not. */
	if (!text->offset)
		return 0;
	return mk_put_string(skb, attribute, whole + text->offset, text->length);
}

int mk_put_names(struct sk_buff *skb, int attribute, const void *whole,
		 const struct modkeeper_text *text)
{
	const char *name = whole + text->offset;
	const char *end = name + text->length;

	while (name < end) {
		size_t length = strcspn(name, ",");

		if (mk_put_bytes(skb, attribute, name, length))
			return -EMSGSIZE;
		name += length + 1;
	}
	return 0;
}
