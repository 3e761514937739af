// SPDX-License-Identifier: GPL-2.0-only
/* A record as the attributes of an event in modkeeper.yaml, by one table a body. */
#include "netlink_event.h"

#include <linux/kernel.h>
#include <linux/modkeeper.h>
#include <linux/stddef.h>
#include <net/netlink.h>

#include "netlink_attribute.h"

enum mk_field_type {
	MK_FIELD_TEXT,
	MK_FIELD_NAMES, /* a list of names */
	MK_FIELD_COMM,
	MK_FIELD_U32,
	MK_FIELD_U64,
};

struct mk_field {
	u16 attribute;
	u16 offset;
	u8 type; /* enum mk_field_type */
};

struct mk_body {
	const struct mk_field *fields;
	unsigned int count;
};

#define MK_FIELD(attr, body, field, kind)                                  \
	{                                                                  \
		.attribute = (attr), .type = MK_FIELD_##kind,              \
		.offset = offsetof(struct modkeeper_record_##body, field), \
	}

#define MK_TEXT(attr, body, field) MK_FIELD(MODKEEPER_A_EVENT_##attr, body, field, TEXT)
#define MK_NAMES(attr, body, field) MK_FIELD(MODKEEPER_A_EVENT_##attr, body, field, NAMES)
#define MK_COMM(attr, body, field) MK_FIELD(MODKEEPER_A_EVENT_##attr, body, field, COMM)
#define MK_U32(attr, body, field) MK_FIELD(MODKEEPER_A_EVENT_##attr, body, field, U32)
#define MK_U64(attr, body, field) MK_FIELD(MODKEEPER_A_EVENT_##attr, body, field, U64)

#define MK_BODY(body)                                                                 \
	{                                                                             \
		.fields = mk_##body##_fields, .count = ARRAY_SIZE(mk_##body##_fields) \
	}

#include "netlink_event_fields.h"

static int mk_put_header(struct sk_buff *skb, const struct modkeeper_record *record)
{
	if (mk_put_u64(skb, MODKEEPER_A_EVENT_SEQUENCE, record->sequence) ||
	    nla_put_u32(skb, MODKEEPER_A_EVENT_KIND, record->kind) ||
	    nla_put_u32(skb, MODKEEPER_A_EVENT_FLAGS, record->flags) ||
	    nla_put_u32(skb, MODKEEPER_A_EVENT_CPU, record->cpu) ||
	    mk_put_u64(skb, MODKEEPER_A_EVENT_BOOTTIME_NS, record->boottime_ns) ||
	    mk_put_u64(skb, MODKEEPER_A_EVENT_REALTIME_NS, record->realtime_ns) ||
	    nla_put_u32(skb, MODKEEPER_A_EVENT_PID, record->pid) ||
	    nla_put_u32(skb, MODKEEPER_A_EVENT_TGID, record->tgid) ||
	    nla_put_u32(skb, MODKEEPER_A_EVENT_UID, record->uid) ||
	    nla_put_u32(skb, MODKEEPER_A_EVENT_LOGINUID, record->loginuid) ||
	    mk_put_bytes(skb, MODKEEPER_A_EVENT_COMM, record->comm,
			 strnlen(record->comm, sizeof(record->comm))))
		return -EMSGSIZE;
	return 0;
}

static int mk_put_field(struct sk_buff *skb, const struct modkeeper_record *record,
			const struct mk_field *field)
{
	const void *at = (const void *)record + record->header_size + field->offset;

	switch (field->type) {
	case MK_FIELD_TEXT:
		return mk_put_text(skb, field->attribute, record, at);
	case MK_FIELD_NAMES:
		return mk_put_names(skb, field->attribute, record, at);
	case MK_FIELD_COMM:
		return mk_put_bytes(skb, field->attribute, at, strnlen(at, MODKEEPER_COMM_SIZE));
	case MK_FIELD_U32:
		return *(const u32 *)at ? nla_put_u32(skb, field->attribute, *(const u32 *)at) : 0;
	default:
		return *(const u64 *)at ? mk_put_u64(skb, field->attribute, *(const u64 *)at) : 0;
	}
}

int mk_put_event(struct sk_buff *skb, const struct modkeeper_record *record)
{
	const struct mk_body *body;
	unsigned int i;
	int error;

	error = mk_put_header(skb, record);
	if (record->kind >= ARRAY_SIZE(mk_bodies))
		return error;
	body = &mk_bodies[record->kind];
	for (i = 0; !error && i < body->count; i++)
		error = mk_put_field(skb, record, &body->fields[i]);
	return error;
}

/*
 * A header becomes less than 160 bytes, with that of the message. Of what is in bodies and texts, a
 * name of one letter in a list grows most: two bytes with its comma become an attribute of eight.
 */
size_t mk_event_message_size(const struct modkeeper_record *record)
{
	return 160 + 4 * (size_t)(record->size - record->header_size);
}
