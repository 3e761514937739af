// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loaded modules, from the set behind /sys/module: the kernel keeps its own list private. The set
 * has them in the order in which they were loaded, among the entries of built-in code.
 */
#include <linux/kobject.h>
#include <linux/list.h>
#include <linux/spinlock.h>

#include "shim/kapi/module.h"

static struct kset *mk_module_set(void)
{
#ifdef MODULE
	return THIS_MODULE->mkobj.kobj.kset;
#else
	return module_kset;
#endif
}

void mk_driver_hold(void)
{
	__module_get(THIS_MODULE);
}

/* The notifier reports a module that still loads, or is about to go. */
static bool mk_module_is_live(const struct module *mod)
{
	return mod && READ_ONCE(mod->state) == MODULE_STATE_LIVE;
}

/* A module leaves the set after its GOING notification, until which the caller keeps it. */
const struct mk_module *mk_module_next(const struct mk_module *module)
{
	struct kset *set = mk_module_set();
	const struct module *found = NULL;
	struct kobject *entry = module ? &mk_to_module(module)->mkobj.kobj : NULL;

	spin_lock(&set->list_lock);
	entry = list_prepare_entry(entry, &set->list, entry);
	list_for_each_entry_continue(entry, &set->list, entry) {
		const struct module *mod = container_of(entry, struct module_kobject, kobj)->mod;

		if (mk_module_is_live(mod)) {
			found = mod;
			break;
		}
	}
	spin_unlock(&set->list_lock);
	return mk_from_module(found);
}
