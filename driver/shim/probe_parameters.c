// SPDX-License-Identifier: GPL-2.0-only
/*
 * Probe on the function by which sysfs writes a parameter.
 *
 * The old value is read without the lock of parameters, which sleeps, and therefore only if it is
 * stored in the module itself: numbers and booleans of the kernel's own types. A string is behind a
 * pointer, and another writer may have freed it before it changes the pointer. The value is copied
 * as bytes and converted to text later, because printing takes longer than everything else.
 */
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/string.h>

#include "kapi/core.h"
#include "probe_set.h"
#include "probes.h"

#ifdef CONFIG_KRETPROBES

/* As in kernel/params.c. */
struct mk_param_attribute {
	struct module_attribute attribute;
	const struct kernel_param *param;
};

/* clang-format off */
/* Those that are numbers, the most common first. */
static const struct mk_number {
	const struct kernel_param_ops *ops;
	enum mk_value_kind kind;
	size_t bytes;
} mk_numbers[] = {
	{ &param_ops_int, MK_VALUE_SIGNED, sizeof(int) },
	{ &param_ops_bool, MK_VALUE_BOOL, sizeof(bool) },
	{ &param_ops_uint, MK_VALUE_UNSIGNED, sizeof(int) },
	{ &param_ops_ulong, MK_VALUE_UNSIGNED, sizeof(long) },
	{ &param_ops_bint, MK_VALUE_SIGNED, sizeof(int) },
	{ &param_ops_ushort, MK_VALUE_UNSIGNED, sizeof(short) },
	{ &param_ops_byte, MK_VALUE_UNSIGNED, sizeof(char) },
	{ &param_ops_ullong, MK_VALUE_UNSIGNED, sizeof(long long) },
	{ &param_ops_hexint, MK_VALUE_HEX, sizeof(int) },
	{ &param_ops_long, MK_VALUE_SIGNED, sizeof(long) },
	{ &param_ops_short, MK_VALUE_SIGNED, sizeof(short) },
	{ &param_ops_invbool, MK_VALUE_BOOL, sizeof(bool) },
};

/* clang-format on */

static __u64 mk_read_number(const void *from, size_t bytes, bool has_sign)
{
	u64 number = bytes == 1	  ? READ_ONCE(*(const u8 *)from)
		     : bytes == 2 ? READ_ONCE(*(const u16 *)from)
		     : bytes == 4 ? READ_ONCE(*(const u32 *)from)
				  : READ_ONCE(*(const u64 *)from);

	return has_sign ? sign_extend64(number, 8 * bytes - 1) : number;
}

static void mk_read_value(const struct kernel_param *param, struct mk_parameter_value *value)
{
	const struct mk_number *number;

	for (number = mk_numbers; number < mk_numbers + ARRAY_SIZE(mk_numbers); number++) {
		if (number->ops != param->ops)
			continue;
		value->kind = number->kind;
		value->number =
			mk_read_number(param->arg, number->bytes, number->kind == MK_VALUE_SIGNED);
		if (param->ops == &param_ops_invbool)
			value->number = !value->number;
		return;
	}
	value->kind = MK_VALUE_UNKNOWN;
}

/* param_attr_store(mattr, mk, buf, len); lists are taken apart in buf. */
static int mk_parameter_enters(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	struct mk_parameter_write *write = (struct mk_parameter_write *)instance->data;
	const struct mk_param_attribute *attribute =
		(const struct mk_param_attribute *)regs_get_kernel_argument(regs, 0);
	const struct module_kobject *owner =
		(const struct module_kobject *)regs_get_kernel_argument(regs, 1);

	write->module = kobject_name(&owner->kobj);
	write->parameter = attribute->attribute.attr.name;
	write->mode = attribute->attribute.attr.mode;
	write->new_bytes = regs_get_kernel_argument(regs, 3);
	memcpy(write->new_value, (const char *)regs_get_kernel_argument(regs, 2),
	       min(write->new_bytes, sizeof(write->new_value)));
	mk_read_value(attribute->param, &write->old);
	return 0;
}

/* The writer holds the attribute until this is done. */
static int mk_parameter_returns(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	mk_core_parameter_written((const struct mk_parameter_write *)instance->data,
				  regs_return_value(regs));
	return 0;
}

static struct kretprobe mk_parameter_probe = {
	.kp.symbol_name = "param_attr_store",
	.entry_handler = mk_parameter_enters,
	.handler = mk_parameter_returns,
	.data_size = sizeof(struct mk_parameter_write),
	.maxactive = 8,
};

int mk_parameter_probe_start(struct mk_probe_set *set)
{
	return mk_probe_return(set, &mk_parameter_probe);
}

__u64 mk_parameter_probe_missed(void)
{
	return mk_probe_missed(&mk_parameter_probe);
}

#endif /* CONFIG_KRETPROBES */
