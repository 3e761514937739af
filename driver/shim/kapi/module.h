/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's struct module behind the core's opaque one: the same address. */
#ifndef MODKEEPER_SHIM_MODULE_H
#define MODKEEPER_SHIM_MODULE_H

#include <linux/module.h>

#include "kapi/kapi.h"

#ifndef CONFIG_MODULE_UNLOAD
#error "modkeeper needs a kernel with CONFIG_MODULE_UNLOAD=y"
#endif

/**
 * mk_to_module() - Convert a module of the core to the kernel's.
 * @module: the module, or NULL
 *
 * Context: Any context.
 * Return: the same one.
 */
static inline struct module *mk_to_module(const struct mk_module *module)
{
	return (struct module *)module;
}

/**
 * mk_from_module() - Convert a module of the kernel to the core's.
 * @module: the module, or NULL
 *
 * Context: Any context.
 * Return: the same one.
 */
static inline const struct mk_module *mk_from_module(const struct module *module)
{
	return (const struct mk_module *)module;
}

#endif /* MODKEEPER_SHIM_MODULE_H */
