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

/* One field a line. */
/* clang-format off */
static const struct mk_field mk_lost_fields[] = {
	MK_U64(COUNT, lost, count),
};

static const struct mk_field mk_module_fields[] = {
	MK_TEXT(MODULE, module, module),
	MK_TEXT(VERSION, module, version),
	MK_TEXT(SRCVERSION, module, srcversion),
	MK_TEXT(ARGS, module, args),
	MK_TEXT(FILE, module, file),
	MK_TEXT(COMMAND, module, command),
	MK_TEXT(ALIAS, module, alias),
	MK_U64(LOAD_SEQUENCE, module, load_sequence),
	MK_U64(TAINTS, module, taints),
	MK_U64(CORE_BYTES, module, core_bytes),
	MK_U64(INIT_BYTES, module, init_bytes),
	MK_U64(FILE_BYTES, module, file_bytes),
	MK_U64(DURATION_NS, module, duration_ns),
	MK_U64(INIT_NS, module, init_ns),
	MK_U32(ERROR, module, error),
	MK_U32(STAGE, module, stage),
	MK_U32(CALL, module, call),
	MK_U32(CALL_FLAGS, module, call_flags),
	MK_U32(SIGNATURE, module, signature),
	MK_U32(DETAILS, module, details),
	MK_U32(PARENT_PID, module, parent_pid),
	MK_COMM(PARENT_COMM, module, parent_comm),
	MK_U32(LINK, module, link),
	MK_U64(REQUEST_SEQUENCE, module, request_sequence),
	MK_U32(REQUEST_PID, module, request_pid),
	MK_U32(REQUEST_UID, module, request_uid),
	MK_COMM(REQUEST_COMM, module, request_comm),
	MK_U64(FILE_INODE, module, file_inode),
	MK_U32(FILE_MAJOR, module, file_major),
	MK_U32(FILE_MINOR, module, file_minor),
	MK_U64(MOUNT_NAMESPACE, module, mount_namespace),
};

static const struct mk_field mk_refusal_fields[] = {
	MK_TEXT(MODULE, refusal, module),
	MK_NAMES(USED_BY, refusal, used_by),
	MK_TEXT(COMMAND, refusal, command),
	MK_U64(DURATION_NS, refusal, duration_ns),
	MK_U32(ERROR, refusal, error),
	MK_U32(REASON, refusal, reason),
	MK_U32(REFERENCES, refusal, references),
	MK_U32(CALL_FLAGS, refusal, call_flags),
	MK_U32(PARENT_PID, refusal, parent_pid),
	MK_COMM(PARENT_COMM, refusal, parent_comm),
};

static const struct mk_field mk_request_fields[] = {
	MK_TEXT(ALIAS, request, alias),
	MK_TEXT(CALLER, request, caller),
	MK_U32(WAITS, request, waits),
};

static const struct mk_field mk_parameter_fields[] = {
	MK_TEXT(MODULE, parameter, module),
	MK_TEXT(PARAMETER, parameter, parameter),
	MK_TEXT(OLD_VALUE, parameter, old_value),
	MK_TEXT(NEW_VALUE, parameter, new_value),
	MK_U32(ERROR, parameter, error),
};

static const struct mk_field mk_reference_fields[] = {
	MK_TEXT(MODULE, reference, module),
	MK_TEXT(CALLER, reference, caller),
	MK_U32(GOT, reference, got),
	MK_U32(REFERENCES, reference, references),
};

static const struct mk_field mk_mark_fields[] = {
	MK_TEXT(TEXT, mark, text),
};

/* whose they were is in the header */
static const struct mk_field mk_suppressed_fields[] = {
	MK_U64(COUNT, suppressed, count),
	MK_U64(SINCE_BOOTTIME_NS, suppressed, since_boottime_ns),
	MK_U32(SUPPRESSED_KIND, suppressed, kind),
};

/* clang-format on */

#define MK_BODY(body)                                                                 \
	{                                                                             \
		.fields = mk_##body##_fields, .count = ARRAY_SIZE(mk_##body##_fields) \
	}

static const struct mk_body mk_bodies[] = {
	[MODKEEPER_RECORD_LOST] = MK_BODY(lost),
	[MODKEEPER_RECORD_PRESENT] = MK_BODY(module),
	[MODKEEPER_RECORD_LOAD_BEGIN] = MK_BODY(module),
	[MODKEEPER_RECORD_LOAD_LIVE] = MK_BODY(module),
	[MODKEEPER_RECORD_LOAD_FAILED] = MK_BODY(module),
	[MODKEEPER_RECORD_UNLOAD] = MK_BODY(module),
	[MODKEEPER_RECORD_UNLOAD_REFUSED] = MK_BODY(refusal),
	[MODKEEPER_RECORD_REQUEST] = MK_BODY(request),
	[MODKEEPER_RECORD_PARAMETER] = MK_BODY(parameter),
	[MODKEEPER_RECORD_REFERENCE] = MK_BODY(reference),
	[MODKEEPER_RECORD_MARK] = MK_BODY(mark),
	[MODKEEPER_RECORD_SUPPRESSED] = MK_BODY(suppressed),
};

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
