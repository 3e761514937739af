// SPDX-License-Identifier: GPL-2.0-only
/* A probe on the function by which finit_module() reads its file. */
#include <linux/kernel_read_file.h>
#include <linux/kprobes.h>

#include "kapi/core.h"
#include "probe_set.h"
#include "probes.h"

#ifdef CONFIG_KRETPROBES

/* Kept from the entry of a read to its end. */
struct mk_file_read {
	void **buffer;
};

/* Newer kernels have a separate type for a module that they decompress themselves. */
static bool mk_reads_module(enum kernel_read_file_id what)
{
#ifdef MK_HAVE_READING_MODULE_COMPRESSED
	if (what == READING_MODULE_COMPRESSED)
		return true;
#endif
	return what == READING_MODULE;
}

/* kernel_read_file(file, offset, buf, buf_size, file_size, id) */
static int mk_file_opens(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	struct mk_file_read *read = (struct mk_file_read *)instance->data;

	if (!mk_reads_module(regs_get_kernel_argument(regs, 5)))
		return 1;
	read->buffer = (void **)regs_get_kernel_argument(regs, 2);
	mk_core_call_file((const struct mk_file *)regs_get_kernel_argument(regs, 0));
	return 0;
}

/* If the result is no error, the buffer exists and belongs to this task. */
static int mk_file_is_read(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	const struct mk_file_read *read = (const struct mk_file_read *)instance->data;
	long result = regs_return_value(regs);

	mk_core_call_read(result > 0 ? *read->buffer : NULL, result);
	return 0;
}

static struct kretprobe mk_file_probe = {
	.kp.symbol_name = "kernel_read_file",
	.entry_handler = mk_file_opens,
	.handler = mk_file_is_read,
	.data_size = sizeof(struct mk_file_read),
};

int mk_file_probe_start(struct mk_probe_set *set)
{
	return mk_probe_return_of_calls(set, &mk_file_probe);
}

__u64 mk_file_probe_missed(void)
{
	return mk_probe_missed(&mk_file_probe);
}

#endif /* CONFIG_KRETPROBES */
