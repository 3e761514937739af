// SPDX-License-Identifier: GPL-2.0-only
/*
 * Probes that do nothing, on the functions where the driver follows a load: what they cost alone is
 * the kernel's. One that this kernel does not have is left out, as the driver does.
 */
#include <linux/kprobes.h>
#include <linux/module.h>

static int mk_enters(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	return 0;
}

static int mk_returns(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	return 0;
}

static int mk_reached(struct kprobe *probe, struct pt_regs *regs)
{
	return 0;
}

#define MK_RETURN(function)                                                                    \
	{                                                                                      \
		.kp.symbol_name = function, .entry_handler = mk_enters, .handler = mk_returns, \
		.maxactive = 8,                                                                \
	}
#define MK_ENTRY(function)                                         \
	{                                                          \
		.symbol_name = function, .pre_handler = mk_reached \
	}

static struct kretprobe mk_return_probes[] = {
	MK_RETURN("__x64_sys_finit_module"),
	MK_RETURN("kernel_read_file"),
	MK_RETURN("module_sig_check"),
};

static struct kprobe mk_entry_probes[] = {
	MK_ENTRY("idempotent_init_module"), MK_ENTRY("module_enforce_rwx_sections"),
	MK_ENTRY("module_finalize"),	    MK_ENTRY("parse_args"),
	MK_ENTRY("mod_sysfs_setup"),	    MK_ENTRY("do_init_module"),
};

static bool mk_has_return[ARRAY_SIZE(mk_return_probes)];
static bool mk_has_entry[ARRAY_SIZE(mk_entry_probes)];

static int __init mk_probes_init(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(mk_return_probes); i++)
		mk_has_return[i] = !register_kretprobe(&mk_return_probes[i]);
	for (i = 0; i < ARRAY_SIZE(mk_entry_probes); i++)
		mk_has_entry[i] = !register_kprobe(&mk_entry_probes[i]);
	return mk_has_return[0] ? 0 : -ENOENT;
}

static void __exit mk_probes_exit(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(mk_return_probes); i++) {
		if (mk_has_return[i])
			unregister_kretprobe(&mk_return_probes[i]);
	}
	for (i = 0; i < ARRAY_SIZE(mk_entry_probes); i++) {
		if (mk_has_entry[i])
			unregister_kprobe(&mk_entry_probes[i]);
	}
}

module_init(mk_probes_init);
module_exit(mk_probes_exit);
MODULE_DESCRIPTION("Probes that do nothing");
MODULE_LICENSE("GPL");
