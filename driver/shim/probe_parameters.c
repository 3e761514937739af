// SPDX-License-Identifier: GPL-2.0-only
/*
 * A probe on the function by which sysfs writes a parameter.
 *
 * The old value is read without the lock of parameters, which sleeps, and therefore only where
 * reading it cannot do harm: numbers, booleans and strings of the kernel's own kinds.
 */
#include <linux/kprobes.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "kapi/core.h"
#include "probe_set.h"
#include "probes.h"

#ifdef CONFIG_KRETPROBES

/* As in kernel/params.c. */
struct mk_param_attribute {
	struct module_attribute attribute;
	const struct kernel_param *param;
};

/* Longer than any number with its newline. */
#define MK_NUMBER_MAX 32

static bool mk_is_number(const struct kernel_param_ops *ops)
{
	return ops == &param_ops_byte || ops == &param_ops_short || ops == &param_ops_ushort ||
	       ops == &param_ops_int || ops == &param_ops_uint || ops == &param_ops_long ||
	       ops == &param_ops_ulong || ops == &param_ops_ullong || ops == &param_ops_hexint ||
	       ops == &param_ops_bool || ops == &param_ops_invbool || ops == &param_ops_bint;
}

static bool mk_read_string(const char *from, char *to, size_t size)
{
	size_t length = 0, piece;

	while (length < size - 1) {
		piece = min(size - 1 - length, PAGE_SIZE - offset_in_page(from + length));
		if (copy_from_kernel_nofault(to + length, from + length, piece))
			return false;
		if (memchr(to + length, '\0', piece))
			return true;
		length += piece;
	}
	/* Longer than is kept: better no old value than half of one. */
	return false;
}

/* Another writer may replace the string meanwhile, and free it: then it is not known. */
static bool mk_read_string_parameter(char *const *value, char *to, size_t size)
{
	char *before, *after;

	if (copy_from_kernel_nofault(&before, value, sizeof(before)) || !before ||
	    !mk_read_string(before, to, size))
		return false;
	return !copy_from_kernel_nofault(&after, value, sizeof(after)) && before == after;
}

static bool mk_read_value(const struct kernel_param *param, char *to, size_t size)
{
	BUILD_BUG_ON(sizeof_field(struct mk_parameter_write, old_value) < MK_NUMBER_MAX);

	if (mk_is_number(param->ops))
		return param->ops->get(to, param) > 0;
	if (param->ops == &param_ops_charp)
		return mk_read_string_parameter(param->arg, to, size);
	return false;
}

/* param_attr_store(mattr, mk, buf, len) */
static int mk_parameter_enters(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	struct mk_parameter_write *write = (struct mk_parameter_write *)instance->data;
	const struct mk_param_attribute *attribute =
		(const struct mk_param_attribute *)regs_get_kernel_argument(regs, 0);
	const struct module_kobject *owner =
		(const struct module_kobject *)regs_get_kernel_argument(regs, 1);
	const char *text = (const char *)regs_get_kernel_argument(regs, 2);
	size_t length = regs_get_kernel_argument(regs, 3);

	write->cut = strscpy(write->module, kobject_name(&owner->kobj), sizeof(write->module)) < 0;
	write->cut |= strscpy(write->parameter, attribute->attribute.attr.name,
			      sizeof(write->parameter)) < 0;
	write->cut |= length >= sizeof(write->new_value);
	length = min(length, sizeof(write->new_value) - 1);
	memcpy(write->new_value, text, length);
	write->new_value[length] = '\0';
	write->old_known =
		mk_read_value(attribute->param, write->old_value, sizeof(write->old_value));
	return 0;
}

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
	.maxactive = 16,
};

int mk_parameter_probe_start(struct mk_probe_set *set)
{
	return mk_probe_return(set, &mk_parameter_probe);
}

__u64 mk_parameter_probe_missed(void)
{
	return mk_parameter_probe.nmissed;
}

#endif /* CONFIG_KRETPROBES */
