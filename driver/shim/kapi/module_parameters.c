// SPDX-License-Identifier: GPL-2.0-only
/* The parameters of a module, typed by the functions that parse them, as modinfo types them. */
#include <linux/moduleparam.h>

#include "shim/kapi/module.h"

struct mk_parameter_type {
	const struct kernel_param_ops *ops;
	const char *name;
	const char *array;
};

/* clang-format off */
#define MK_PARAMETER_TYPE(type) { &param_ops_##type, #type, "array of " #type }

static const struct mk_parameter_type mk_parameter_types[] = {
	MK_PARAMETER_TYPE(byte),
	MK_PARAMETER_TYPE(short),
	MK_PARAMETER_TYPE(ushort),
	MK_PARAMETER_TYPE(int),
	MK_PARAMETER_TYPE(uint),
	MK_PARAMETER_TYPE(long),
	MK_PARAMETER_TYPE(ulong),
	MK_PARAMETER_TYPE(ullong),
	MK_PARAMETER_TYPE(hexint),
	MK_PARAMETER_TYPE(charp),
	MK_PARAMETER_TYPE(bool),
	MK_PARAMETER_TYPE(invbool),
	MK_PARAMETER_TYPE(bint),
	MK_PARAMETER_TYPE(string),
};

/* clang-format on */

static const char *mk_parameter_type(const struct kernel_param *parameter)
{
	const struct kernel_param_ops *ops = parameter->ops;
	bool array = ops == &param_array_ops;
	size_t i;

	if (array)
		ops = parameter->arr->ops;
	for (i = 0; i < ARRAY_SIZE(mk_parameter_types); i++) {
		const struct mk_parameter_type *type = &mk_parameter_types[i];

		if (type->ops == ops)
			return array ? type->array : type->name;
	}
	return "unknown";
}

void mk_module_parameter(const struct mk_module *module, __u32 index,
			 struct mk_parameter_facts *facts)
{
	const struct kernel_param *parameter = &mk_to_module(module)->kp[index];

	facts->name = parameter->name;
	facts->type = mk_parameter_type(parameter);
	facts->mode = parameter->perm;
}
