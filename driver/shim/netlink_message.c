// SPDX-License-Identifier: GPL-2.0-only
/* Answers of the core as the attributes of modkeeper.yaml. */
#include "netlink_message.h"

#include <linux/modkeeper.h>
#include <net/netlink.h>

#include "kapi/core.h"
#include "netlink_attribute.h"

int mk_put_status(struct sk_buff *skb, const struct modkeeper_info *info,
		  const struct modkeeper_stats *stats)
{
	if (nla_put_u16(skb, MODKEEPER_A_STATUS_ABI_MAJOR, info->abi_major) ||
	    nla_put_u16(skb, MODKEEPER_A_STATUS_ABI_MINOR, info->abi_minor) ||
	    nla_put_string(skb, MODKEEPER_A_STATUS_VERSION, info->version) ||
	    mk_put_u64(skb, MODKEEPER_A_STATUS_FEATURES, info->features) ||
	    mk_put_u64(skb, MODKEEPER_A_STATUS_RING_BYTES, info->ring_bytes) ||
	    mk_put_u64(skb, MODKEEPER_A_STATUS_PRODUCED, stats->produced) ||
	    mk_put_u64(skb, MODKEEPER_A_STATUS_OVERWRITTEN, stats->overwritten) ||
	    mk_put_u64(skb, MODKEEPER_A_STATUS_MISSED, stats->missed) ||
	    nla_put_u32(skb, MODKEEPER_A_STATUS_READERS, stats->readers) ||
	    mk_put_u64(skb, MODKEEPER_A_STATUS_MODULES_LOADED, stats->modules_loaded) ||
	    mk_put_u64(skb, MODKEEPER_A_STATUS_GENERATION, stats->generation) ||
	    mk_put_u64(skb, MODKEEPER_A_STATUS_SUPPRESSED, stats->suppressed))
		return -EMSGSIZE;
	return 0;
}

int mk_put_module(struct sk_buff *skb, const struct modkeeper_module *entry)
{
	if (mk_put_text(skb, MODKEEPER_A_MODULE_NAME, entry, &entry->name) ||
	    nla_put_u32(skb, MODKEEPER_A_MODULE_STATE, entry->state) ||
	    nla_put_u32(skb, MODKEEPER_A_MODULE_FLAGS, entry->flags) ||
	    nla_put_u32(skb, MODKEEPER_A_MODULE_REFERENCES, entry->references) ||
	    mk_put_text(skb, MODKEEPER_A_MODULE_VERSION, entry, &entry->version) ||
	    mk_put_text(skb, MODKEEPER_A_MODULE_SRCVERSION, entry, &entry->srcversion) ||
	    mk_put_names(skb, MODKEEPER_A_MODULE_USES, entry, &entry->uses) ||
	    mk_put_names(skb, MODKEEPER_A_MODULE_USED_BY, entry, &entry->used_by) ||
	    mk_put_u64(skb, MODKEEPER_A_MODULE_TAINTS, entry->taints) ||
	    mk_put_u64(skb, MODKEEPER_A_MODULE_SIZE, mk_core_module_bytes(entry)) ||
	    mk_put_u64(skb, MODKEEPER_A_MODULE_LOAD_COUNT, entry->load_count) ||
	    mk_put_u64(skb, MODKEEPER_A_MODULE_LOAD_SEQUENCE, entry->load_sequence) ||
	    mk_put_u64(skb, MODKEEPER_A_MODULE_LAST_SEQUENCE, entry->last_sequence) ||
	    mk_put_u64(skb, MODKEEPER_A_MODULE_INIT_NS, entry->init_ns))
		return -EMSGSIZE;
	return 0;
}

int mk_put_parameter(struct sk_buff *skb, const struct modkeeper_module *entry,
		     const struct mk_parameter_text *one)
{
	if (mk_put_text(skb, MODKEEPER_A_PARAMETER_MODULE, entry, &entry->name) ||
	    mk_put_bytes(skb, MODKEEPER_A_PARAMETER_NAME, one->name, one->name_length) ||
	    mk_put_bytes(skb, MODKEEPER_A_PARAMETER_TYPE, one->type, one->type_length) ||
	    nla_put_u32(skb, MODKEEPER_A_PARAMETER_MODE, one->mode))
		return -EMSGSIZE;
	return 0;
}

/*
 * A name of one letter in a list, two bytes with its comma, becomes an attribute of eight;
 * numbers take at most twice the room that they have in the entry.
 */
size_t mk_module_attributes_size(size_t size)
{
	return 5 * size;
}
