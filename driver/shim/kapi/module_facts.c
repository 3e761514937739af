// SPDX-License-Identifier: GPL-2.0-only
/*
 * Facts of a module from struct module, and the one place that knows how it differs between
 * kernels: the layout of a module's memory is mem[] from Linux 6.4 on, core_layout and init_layout
 * before; it has the module's args before Linux 7.3.
 */
#include <linux/compat.h>
#include <linux/minmax.h>
#include <linux/modkeeper.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <asm/syscall.h>
#include <asm/unistd.h>
/* What every module built with these headers gets from modpost. */
#define INCLUDE_VERMAGIC
#include <linux/vermagic.h>

#include "shim/kapi/module.h"

/* module.h defines it together with mem[]: backports of the one bring the other. */
#ifdef mod_mem_type_is_core

static void mk_module_memory(const struct module *mod, __u64 *memory)
{
	memory[MODKEEPER_MEMORY_TEXT] = mod->mem[MOD_TEXT].size;
	memory[MODKEEPER_MEMORY_RODATA] = mod->mem[MOD_RODATA].size;
	memory[MODKEEPER_MEMORY_RO_AFTER_INIT] = mod->mem[MOD_RO_AFTER_INIT].size;
	memory[MODKEEPER_MEMORY_DATA] = mod->mem[MOD_DATA].size;
	/* The kernel frees these after init, without a lock of ours. */
	memory[MODKEEPER_MEMORY_INIT_TEXT] = READ_ONCE(mod->mem[MOD_INIT_TEXT].size);
	memory[MODKEEPER_MEMORY_INIT_RODATA] = READ_ONCE(mod->mem[MOD_INIT_RODATA].size);
	memory[MODKEEPER_MEMORY_INIT_DATA] = READ_ONCE(mod->mem[MOD_INIT_DATA].size);
}

#else

/*
 * The sizes of a layout are ends: each kind begins where the one before it ends. While the kernel
 * frees the memory of init it sets them to 0 one after the other, without a lock of ours.
 */
static __u64 mk_between(unsigned int begin, unsigned int end)
{
	return end > begin ? end - begin : 0;
}

static void mk_module_memory(const struct module *mod, __u64 *memory)
{
	const struct module_layout *core = &mod->core_layout;
	const struct module_layout *init = &mod->init_layout;
	unsigned int init_text = READ_ONCE(init->text_size), init_ro = READ_ONCE(init->ro_size);

	memory[MODKEEPER_MEMORY_TEXT] = core->text_size;
	memory[MODKEEPER_MEMORY_RODATA] = core->ro_size - core->text_size;
	memory[MODKEEPER_MEMORY_RO_AFTER_INIT] = core->ro_after_init_size - core->ro_size;
	memory[MODKEEPER_MEMORY_DATA] = core->size - core->ro_after_init_size;
#ifdef CONFIG_ARCH_WANTS_MODULES_DATA_IN_VMALLOC
	memory[MODKEEPER_MEMORY_DATA] += mod->data_layout.size;
#endif
	memory[MODKEEPER_MEMORY_INIT_TEXT] = init_text;
	memory[MODKEEPER_MEMORY_INIT_RODATA] = mk_between(init_text, init_ro);
	memory[MODKEEPER_MEMORY_INIT_DATA] = mk_between(init_ro, READ_ONCE(init->size));
}

#endif

#ifdef CONFIG_MODULE_SIG
static __u32 mk_module_signature(const struct module *mod)
{
	return mod->sig_ok ? MODKEEPER_SIGNATURE_VALID : MODKEEPER_SIGNATURE_NONE;
}
#else
static __u32 mk_module_signature(const struct module *mod)
{
	return MODKEEPER_SIGNATURE_UNKNOWN;
}
#endif

#ifdef MK_HAVE_MODULE_ARGS
static const char *mk_module_args(const struct module *mod)
{
	return READ_ONCE(mod->state) == MODULE_STATE_COMING ? mod->args : NULL;
}
#else
static const char *mk_module_args(const struct module *mod)
{
	return NULL;
}
#endif

/* Numbers that 32-bit programs know the calls by. */
#if defined(CONFIG_X86_64)
#define MK_COMPAT_INIT_MODULE 128
#define MK_COMPAT_FINIT_MODULE 350
#elif defined(CONFIG_ARM64)
#define MK_COMPAT_INIT_MODULE 128
#define MK_COMPAT_FINIT_MODULE 379
#else
#define MK_COMPAT_INIT_MODULE __NR_init_module
#define MK_COMPAT_FINIT_MODULE __NR_finit_module
#endif

/* finit_module: fd, text, flags; init_module: image, length, text. */
mk_user mk_load_parameters(void)
{
	int number = syscall_get_nr(current, current_pt_regs());
	bool compat = in_compat_syscall();
	unsigned long arguments[6];

	if (current->flags & PF_KTHREAD)
		return NULL;
	syscall_get_arguments(current, current_pt_regs(), arguments);
	if (number == (compat ? MK_COMPAT_FINIT_MODULE : __NR_finit_module))
		return (mk_user)arguments[1];
	if (number == (compat ? MK_COMPAT_INIT_MODULE : __NR_init_module))
		return (mk_user)arguments[2];
	return NULL;
}

void mk_module_facts(const struct mk_module *module, struct mk_module_facts *facts)
{
	const struct module *mod = mk_to_module(module);

	static_assert(ARRAY_SIZE(facts->memory) == MODKEEPER_MEMORY_KINDS);

	facts->name = mod->name;
	facts->version = mod->version;
	facts->srcversion = mod->srcversion;
	facts->args = mk_module_args(mod);
	facts->args_cut = false;
	facts->taints = READ_ONCE(mod->taints);
	mk_module_memory(mod, facts->memory);
	facts->signature = mk_module_signature(mod);
	facts->parameter_count = mod->num_kp;
	facts->no_exit = mod->init && !mod->exit;
}

const char *mk_kernel_vermagic(void)
{
	return VERMAGIC_STRING;
}

__u32 mk_module_state(const struct mk_module *module)
{
	switch (READ_ONCE(mk_to_module(module)->state)) {
	case MODULE_STATE_LIVE:
		return MODKEEPER_STATE_LIVE;
	case MODULE_STATE_GOING:
		return MODKEEPER_STATE_GOING;
	default:
		return MODKEEPER_STATE_COMING;
	}
}

const char *mk_module_name(const struct mk_module *module)
{
	return mk_to_module(module)->name;
}

/* The kernel counts -1 for a module that is being removed. */
__u32 mk_module_references(const struct mk_module *module)
{
	return max(module_refcount(mk_to_module(module)), 0);
}

/*
 * An element of struct module's target_list: struct module_use, which newer kernels keep in a
 * private header. The source of each element of a module's list is that module; one that says
 * otherwise belongs to a kernel that is not understood.
 */
struct mk_module_use {
	struct list_head source_list;
	struct list_head target_list;
	struct module *source;
	struct module *target;
};

const struct mk_module *mk_module_use_next(const struct mk_module *module, const void **cursor)
{
	const struct module *mod = mk_to_module(module);
	const struct list_head *at = *cursor ? *cursor : &mod->target_list;
	const struct mk_module_use *use;

	at = at->next;
	*cursor = at;
	if (at == &mod->target_list)
		return NULL;
	use = list_entry(at, struct mk_module_use, target_list);
	return use->source == mod ? mk_from_module(use->target) : NULL;
}
