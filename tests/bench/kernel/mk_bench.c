// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the measuring program asks of the kernel: a parameter to write to, references that are got
 * and put in a row, and on demand probes that do nothing where the driver has its own, so that what
 * the driver does in a probe can be told from what it costs to get there and back.
 */
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

static bool empty_probes;
module_param(empty_probes, bool, 0444);

static int value;
module_param(value, int, 0644);

/* ---- references --------------------------------------------------------------------- */

/* Gets and puts as many as are written. */
static int mk_references_set(const char *text, const struct kernel_param *parameter)
{
	unsigned int pairs;
	int error = kstrtouint(text, 0, &pairs);

	if (error)
		return error;
	while (pairs--) {
		if (!try_module_get(THIS_MODULE))
			return -ENODEV;
		module_put(THIS_MODULE);
	}
	return 0;
}

static const struct kernel_param_ops mk_references_ops = {
	.set = mk_references_set,
};

module_param_cb(references, &mk_references_ops, NULL, 0200);

/* ---- probes that do nothing ------------------------------------------------------------ */

static int mk_write_enters(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	return 0;
}

static int mk_write_returns(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	return 0;
}

static struct kretprobe mk_write_probe = {
	.kp.symbol_name = "param_attr_store",
	.entry_handler = mk_write_enters,
	.handler = mk_write_returns,
	.maxactive = 16,
};

static void mk_reference_changes(void *data, struct module *mod, unsigned long ip)
{
}

static struct tracepoint *mk_get_trace, *mk_put_trace;

static void mk_match(struct tracepoint *candidate, void *data)
{
	if (!strcmp(candidate->name, "module_get"))
		mk_get_trace = candidate;
	else if (!strcmp(candidate->name, "module_put"))
		mk_put_trace = candidate;
}

static int mk_traces_start(void)
{
	int error;

	for_each_kernel_tracepoint(mk_match, NULL);
	if (!mk_get_trace || !mk_put_trace)
		return -ENOENT;
	error = tracepoint_probe_register(mk_get_trace, mk_reference_changes, NULL);
	if (error)
		return error;
	error = tracepoint_probe_register(mk_put_trace, mk_reference_changes, NULL);
	if (error)
		tracepoint_probe_unregister(mk_get_trace, mk_reference_changes, NULL);
	return error;
}

static void mk_traces_stop(void)
{
	tracepoint_probe_unregister(mk_put_trace, mk_reference_changes, NULL);
	tracepoint_probe_unregister(mk_get_trace, mk_reference_changes, NULL);
	tracepoint_synchronize_unregister();
}

static int __init mk_bench_init(void)
{
	int error;

	if (!empty_probes)
		return 0;
	error = register_kretprobe(&mk_write_probe);
	if (error)
		return error;
	error = mk_traces_start();
	if (error)
		unregister_kretprobe(&mk_write_probe);
	return error;
}

static void __exit mk_bench_exit(void)
{
	if (!empty_probes)
		return;
	mk_traces_stop();
	unregister_kretprobe(&mk_write_probe);
}

module_init(mk_bench_init);
module_exit(mk_bench_exit);
MODULE_DESCRIPTION("Work for a measurement of the driver");
MODULE_LICENSE("GPL");
