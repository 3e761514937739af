// SPDX-License-Identifier: GPL-2.0-only
/*
 * The modules that are loaded, seen through /sys/module: the kernel keeps its own list private.
 * The set has them in the order in which they were loaded, among the entries of built-in code.
 */
#include <linux/kobject.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "module.h"

static struct kset *mk_module_set(void)
{
#ifdef MODULE
	return THIS_MODULE->mkobj.kobj.kset;
#else
	return module_kset;
#endif
}

/*
 * While its entry is in the set, under the set's lock, a module cannot be freed. One that still
 * loads would give a reference too, before its init has run: only those that are live count.
 */
static struct module *mk_module_live(struct kobject *entry)
{
	struct module *mod = container_of(entry, struct module_kobject, kobj)->mod;

	return mod && READ_ONCE(mod->state) == MODULE_STATE_LIVE ? mod : NULL;
}

static unsigned long mk_modules_count(struct kset *set)
{
	unsigned long count = 0;
	struct kobject *entry;

	spin_lock(&set->list_lock);
	list_for_each_entry(entry, &set->list, entry)
		if (mk_module_live(entry))
			count++;
	spin_unlock(&set->list_lock);
	return count;
}

/* As many as there is room for; *@all says whether there was room enough. */
static unsigned long mk_modules_take(struct kset *set, const struct mk_module **modules,
				     unsigned long room, bool *all)
{
	unsigned long count = 0;
	struct kobject *entry;

	*all = true;
	spin_lock(&set->list_lock);
	list_for_each_entry(entry, &set->list, entry) {
		struct module *mod = mk_module_live(entry);

		if (!mod)
			continue;
		if (count == room) {
			*all = false;
			break;
		}
		if (try_module_get(mod))
			modules[count++] = mk_from_module(mod);
	}
	spin_unlock(&set->list_lock);
	return count;
}

long mk_modules_get(const struct mk_module ***modules)
{
	struct kset *set = mk_module_set();

	for (;;) {
		/* Some more than there are now, for those that come meanwhile. */
		unsigned long count, room = mk_modules_count(set) + 16;
		const struct mk_module **taken;
		bool all;

		taken = kvmalloc_array(room, sizeof(*taken), GFP_KERNEL | __GFP_NOWARN);
		if (!taken)
			return -ENOMEM;
		count = mk_modules_take(set, taken, room, &all);
		if (all) {
			*modules = taken;
			return count;
		}
		mk_modules_put(taken, count);
	}
}

void mk_modules_put(const struct mk_module **modules, long count)
{
	long i;

	for (i = 0; i < count; i++)
		module_put(mk_to_module(modules[i]));
	kvfree(modules);
}
